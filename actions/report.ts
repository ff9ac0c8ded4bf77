import type { Outputs } from '../core/change.ts';
import type { Found } from '../core/event.ts';
import type { Json } from '../core/value.ts';
import type { ActionContext } from './action.ts';

/** How a call of an action ended, as data: what its child process leaves in the step directory. */
export interface Report {
  readonly outcome: 'passed' | 'failed' | 'unknown';
  readonly outputs: Outputs;
  readonly found: Found;
}

/** One call of an action with everything filled in. */
export interface Errand {
  readonly action: string;
  /** `settle` only looks at what an interrupted try left. */
  readonly as: 'do' | 'settle';
  readonly with: Json;
  readonly expect?: Readonly<Record<string, Json>>;
  /** A check is repeated until it passes or this many milliseconds have gone by. */
  readonly within?: number;
  /** A check must go on passing for this many milliseconds. */
  readonly for?: number;
  /** What touches nothing fails after this many milliseconds; absent: it is never ended. */
  readonly timeout?: number;
}

/** What a child process is told by its specification file. */
export interface ChildSpec {
  readonly errand: Errand;
  readonly context: Omit<ActionContext, 'signal' | 'progress' | 'log'>;
  /** Where it leaves its report and, while it works, how far it is. Each is replaced whole. */
  readonly reportFile: string;
  readonly progressFile: string;
}

export const failed = (message: string, found: Found = {}): Report => ({
  outcome: 'failed',
  outputs: {},
  found: { ...found, message },
});
