import type { Action, Progress } from '../actions/action.ts';
import type { ProcessIdentity } from '../actions/process-identity.ts';
import type { Errand } from '../actions/report.ts';
import type { PerformInput, Silence } from '../contract/perform.ts';
import type { TryId } from '../core/names.ts';

/** What an observer tells while it observes. */
export interface Sign {
  readonly try: TryId;
  /** The supervisor of a try that runs in a process of its own. */
  readonly process?: ProcessIdentity;
  readonly progress?: Progress;
}

/** One look of Temporal's at a try. Its end is never the end of what runs under a supervisor. */
export interface Observer {
  /** Aborted when this observer has to go: cancelled, timed out, the worker stops. */
  readonly signal: AbortSignal;
  heartbeat(sign: Sign): void;
  /** Tells the run that nothing is heard of a try, or that it is again. */
  silence(silence: Silence): Promise<void>;
}

export interface PerformDependencies {
  /** The state directory; step directories are made in it, so it must be on a local disk. */
  readonly home: string;
  readonly loadAction: (name: string) => Promise<Action | undefined>;
  /** Starts the process of a try; `NAME SPEC-FILE` follow (`[process.execPath, '…/actions/child.js']`). */
  readonly childArgv: readonly string[];
  /** Of the activity that calls. */
  readonly observer: () => Observer;
}

/** A call with everything filled in and its way decided. */
export interface Order {
  readonly input: PerformInput;
  readonly action: Action;
  readonly errand: Errand;
  readonly token: string;
  /** The argv that leads into the site; empty where the action works on this host. */
  readonly enter: readonly string[];
  readonly privateNetwork: boolean;
}
