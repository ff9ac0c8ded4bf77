import type { Path, TryId } from '../names.ts';
import { isDo, type ActionCall, type Rerun, type Touches } from '../plan.ts';
import type { Milliseconds } from '../units.ts';
import { refKey, refsIn, type Scalar } from '../value.ts';
import type { State } from './state.ts';

/** All that a worker host must know to perform a try. */
export interface Performance {
  readonly run: string;
  readonly try: TryId;
  readonly path: Path;
  /** `do` performs the call; `settle` only looks at what the interrupted try `of` left. */
  readonly as: 'do' | 'settle';
  readonly of?: TryId;
  readonly call: ActionCall;
  /** The argv that leads into the site; empty: the worker host itself. */
  readonly enter: readonly string[];
  /** The run has a network of its own, which the step enters. */
  readonly privateNetwork: boolean;
  /** Values of the references inside the call, by `refKey`. */
  readonly known: Readonly<Record<string, Scalar>>;
  readonly touches: Touches;
  readonly rerun: Rerun;
  /** What touches nothing fails after this long; what touches something is never ended by it. */
  readonly timeout: Milliseconds;
}

/** The call of a try that is under way, with the values that it refers to. */
export function callOf(s: State, id: TryId): { readonly input: Performance; readonly title: string } {
  const { settles } = s.open[id]!;
  const path = s.open[id]!.path!;
  const { step } = s.agenda.places.get(path)!;
  if (!isDo(step)) throw new RangeError(`${path} calls no action`);
  const site = step.do.site === 'source' ? s.plan.from : s.plan.to;
  const refs = [...refsIn(step.do.with), ...(step.do.expect ? refsIn(step.do.expect) : [])];
  const known: Record<string, Scalar> = {};
  for (const ref of refs) {
    const key = refKey(ref);
    if (Object.hasOwn(s.outputs, key)) known[key] = s.outputs[key]!;
  }
  const input: Performance = {
    run: s.run,
    try: id,
    path,
    as: settles === undefined ? 'do' : 'settle',
    ...(settles !== undefined && { of: settles }),
    call: step.do,
    enter: site.enter,
    privateNetwork: site.isolated?.network === 'private',
    known,
    touches: step.touches,
    rerun: step.rerun,
    timeout: step.timeout,
  };
  return { input, title: `${path} ${step.title}` };
}
