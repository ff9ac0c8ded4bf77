import type { TryId } from '../change.ts';
import { isDo, type ActionCall, type Path, type Rerun, type Touches } from '../plan.ts';
import type { Milliseconds } from '../units.ts';
import { refKey, refsIn, type Scalar } from '../value.ts';
import type { State } from './state.ts';

/** All that a worker host must know to perform a try. */
export interface Performance {
  readonly run: string;
  readonly try: TryId;
  readonly path: Path;
  readonly as: 'do' | 'settle';
  readonly of?: TryId;
  readonly call: ActionCall;
  readonly enter: readonly string[];
  readonly privateNetwork: boolean;
  readonly known: Readonly<Record<string, Scalar>>;
  readonly touches: Touches;
  readonly rerun: Rerun;
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
