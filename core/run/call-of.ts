import type { Host } from '../change.ts';
import type { Path, TryId } from '../names.ts';
import {
  isDo,
  type ActionCall,
  type DoStep,
  type Limits,
  type Plan,
  type Rerun,
  type Touches,
} from '../plan.ts';
import type { Milliseconds } from '../units.ts';
import { refKey, refsIn, type Scalar } from '../value.ts';
import { hostOf } from './placed.ts';
import type { State } from './state.ts';

/** What the plan says of a step that calls an action. */
export interface Assignment {
  readonly call: ActionCall;
  /** The argv that leads into the site; empty: the worker host itself. */
  readonly enter: readonly string[];
  /** The run has a network of its own, which the step enters. */
  readonly privateNetwork: boolean;
  readonly touches: Touches;
  readonly rerun: Rerun;
  /** What touches nothing fails after this long; what touches something is never ended by it. */
  readonly timeout: Milliseconds;
  /** The run is told when nothing was written for so long. */
  readonly quiet?: Milliseconds;
  readonly limits?: Limits;
}

/** All that a worker host must know to perform a try. */
export interface Performance extends Assignment {
  readonly run: string;
  readonly try: TryId;
  readonly path: Path;
  /** `do` performs the call; `settle` only looks at what the interrupted try `of` left. */
  readonly as: 'do' | 'settle';
  readonly of?: TryId;
  /** Values of the references inside the call, by `refKey`. */
  readonly known: Readonly<Record<string, Scalar>>;
}

/** The same for all tries of a step, in every run of the plan. */
export function assignmentOf(plan: Pick<Plan, 'from' | 'to'>, step: DoStep): Assignment {
  const { do: call, touches, rerun, timeout, quiet, limits } = step;
  const site = call.site === 'source' ? plan.from : plan.to;
  const privateNetwork = site.isolated?.network === 'private';
  return {
    ...{ call, enter: site.enter, privateNetwork, touches, rerun, timeout },
    ...(quiet !== undefined && { quiet }),
    ...(limits && { limits }),
  };
}

export interface Called {
  readonly input: Performance;
  readonly title: string;
  /** Where it runs. */
  readonly host: Host | undefined;
}

/** The call of a try that is under way, with the values that it refers to. */
export function callOf(s: State, id: TryId): Called {
  const { settles } = s.open[id]!;
  const path = s.open[id]!.path!;
  const { node, step } = s.agenda.places.get(path)!;
  if (!isDo(step)) throw new RangeError(`${path} calls no action`);
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
    known,
    ...assignmentOf(s.plan, step),
  };
  return { input, title: `${path} ${step.title}`, host: hostOf(s, node) };
}
