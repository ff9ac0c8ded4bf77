import type { TryId } from '../core/change.ts';
import type { Found, Outcome } from '../core/event.ts';
import type { ActionCall, Path, Rerun, Touches } from '../core/plan.ts';
import type { Milliseconds } from '../core/units.ts';
import type { Scalar } from '../core/value.ts';
import type { Outputs } from '../core/change.ts';

/** Input of every step's activity, whose type is the action's name. */
export interface PerformInput {
  readonly run: string;
  readonly try: TryId;
  readonly path: Path;
  /** `do` performs the call; `settle` only looks at what the interrupted try `of` left. */
  readonly as: 'do' | 'settle';
  readonly of?: TryId;
  readonly call: ActionCall;
  /** The argv that leads into the site; empty: this host. */
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

/** How a try ended, as data: a failed step is no failed activity. */
export interface PerformResult {
  readonly outcome: Extract<Outcome, 'passed' | 'failed' | 'unknown' | 'stopped'>;
  readonly outputs: Outputs;
  readonly found: Found;
}

/** Input of the activity `stop`: TERM, a grace time, KILL for the try's session and whoever bears its token. */
export interface StopInput {
  readonly run: string;
  readonly try: TryId;
  readonly grace: Milliseconds;
}
