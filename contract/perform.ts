import type { TryId } from '../core/names.ts';
import type { Outputs } from '../core/change.ts';
import type { Found, Outcome } from '../core/event.ts';
import type { Performance } from '../core/run/call-of.ts';
import type { Instant, Milliseconds } from '../core/units.ts';

/** Input of every step's activity, whose type is the action's name. */
export type PerformInput = Performance;

/** How a try ended, as data: a failed step is no failed activity. */
export interface PerformResult {
  readonly outcome: Extract<Outcome, 'passed' | 'failed' | 'unknown' | 'stopped'>;
  readonly outputs: Outputs;
  readonly found: Found;
}

/** Told of a try: nothing was written since then; `since` absent: it writes again. */
export interface Silence {
  readonly try: TryId;
  readonly since?: Instant;
}

/** Input of the activity `stop`: TERM, a grace time, KILL for the try's session and whoever bears its token. */
export interface StopInput {
  readonly run: string;
  readonly try: TryId;
  readonly grace: Milliseconds;
}
