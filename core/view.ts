import type { Answers, Ask } from './ask.ts';
import type { Channel, Mode, NodeId, Path, Person, Role, TryId } from './names.ts';
import type { About, Found, NodeStatus, RunStatus } from './event.ts';
import type { Shown } from './shown.ts';
import type { NodeKind, Objectives } from './plan.ts';
import type { Digest, Instant, Milliseconds } from './units.ts';
import type { Scalar } from './value.ts';

/** How an objective stands: still within reach, expected to be missed, missed, or kept. */
export type Standing = 'on-track' | 'at-risk' | 'missed' | 'met';

export interface BudgetView {
  readonly objective: Milliseconds;
  readonly standing: Standing;
  /** What is left of it now; negative when it is overdrawn. Frozen once met or missed for good. */
  readonly left: Milliseconds;
  /** What was used: the RTA once recovered, the clock until now before. */
  readonly used: Milliseconds;
}

/** A node as people see it: one line of the live view. */
export interface NodeView {
  readonly id: NodeId;
  readonly kind: NodeKind;
  readonly title: string;
  readonly status: NodeStatus;
  readonly degraded: boolean;
  readonly unverified: boolean;
  readonly objectives: Objectives;
  /** Nodes that it still waits for: needs first, then wants. */
  readonly waitsFor: readonly NodeId[];
  /** Those of them that are only wanted: without them it is degraded. */
  readonly wants?: readonly NodeId[];
  /** A step of it has no way back: after it, only failback. */
  readonly noReturn?: true;
  /** What was recovered of it was undone again. */
  readonly rolledBack?: true;
  /** Why it is blocked, left out, degraded or failed. */
  readonly why?: string;
  readonly step?: {
    readonly path: Path;
    readonly title: string;
    readonly try: TryId;
    readonly since: Instant;
    readonly takes: Milliseconds;
  };
  /** The worker host of its steps, where it has one of its own; before one is found, its label. */
  readonly runsOn?: string;
  readonly steps: { readonly done: number; readonly total: number };
  readonly startedAt?: Instant;
  readonly endedAt?: Instant;
  readonly verifiedAt?: Instant;
  /** When it is expected to be done, by the plan's figures. */
  readonly expectedAt?: Instant;
  readonly rto?: BudgetView;
  readonly mtpd?: BudgetView;
  readonly recoveredUpTo?: Instant;
  readonly newestRecord?: Instant;
  readonly loss?: {
    readonly amount: Milliseconds;
    readonly objective?: Milliseconds;
    readonly accepted: boolean;
    /** From the newest record in the data to when writing stopped: more than was lost, where nothing was written for a while. */
    readonly newestAge?: Milliseconds;
  };
  readonly checks: NonNullable<Found['checks']>;
  readonly made: readonly string[];
}

/** The seats of a choice that nobody has filled yet. */
export interface SeatsView {
  readonly choice: string;
  /** So many people must still make it. */
  readonly missing: number;
  /** Where they may sit, at most so many, and who is there and could. More places than are missing: any of them. */
  readonly free: readonly {
    readonly role: Role | readonly Role[];
    readonly count: number;
    readonly people: readonly Person[];
  }[];
}

/** An open ask: what people are asked, what they were shown, who has voted, what happens if nobody answers. */
export interface AskView {
  readonly try: TryId;
  readonly about: About;
  readonly ask: Ask;
  readonly shown: Shown;
  readonly rests: Digest;
  readonly openedAt: Instant;
  readonly closesAt?: Instant;
  readonly votes: readonly {
    readonly by: Person;
    readonly choice: string;
    readonly channel: Channel;
    readonly at: Instant;
    /** The typed answers that she gave or confirmed. */
    readonly answers?: Answers;
  }[];
  /** Of each choice, what is still free; absent where no roster says who is who. */
  readonly seats?: readonly SeatsView[];
  /** The rungs of the ladder that were reached: from then on they may answer. */
  readonly reached: readonly { readonly to: Role; readonly at: Instant }[];
  /** When all were reminded last. */
  readonly remindedAt?: Instant;
  /** Who is on it, since when, and when it should be done by the plan's figures. */
  readonly begun?: { readonly by: Person; readonly at: Instant; readonly dueAt: Instant };
  /** The words of the step's failure, where it is about one. */
  readonly message?: string;
}

/** Who is there, by the last roll call, and which gates ahead they are too few to open. */
export interface RollcallView {
  readonly at: Instant;
  readonly present: readonly Person[];
  readonly short: readonly {
    readonly gate: NodeId;
    readonly needs: number;
    readonly there: readonly Person[];
  }[];
}

/**
 * How cleaning up stands. `waits`: it has not begun; `asks`: people are asked whether to; `kept`: they want everything left
 * as it is. `incomplete`: it ended, and something of the run is left.
 */
export interface CleanupView {
  readonly state: 'waits' | 'asks' | 'running' | 'kept' | 'clean' | 'incomplete';
  /** What is left, each with why. */
  readonly left: readonly string[];
}

/** Everything about a run that a face needs to draw it. */
export interface RunView {
  readonly format: 1;
  readonly run: string;
  readonly runbook: { readonly name: string; readonly title: string };
  readonly plan: { readonly digest: Digest; readonly revision: number };
  readonly mode: Mode;
  readonly from: string;
  readonly to: string;
  readonly parameters: Readonly<Record<string, Scalar>>;
  readonly status: RunStatus;
  readonly startedBy: Person;
  /** The reason of the start; of an alarm, its words. */
  readonly startedWhy?: string;
  /** The run and the step that brought it about; absent: it stands by itself. */
  readonly partOf?: { readonly run: string; readonly path: Path };
  readonly commander: Person;
  /** Who may hold, retry and end it: the commander and deputies, or who may declare; absent where names are as typed. */
  readonly steeredBy?: readonly Person[];
  /** Of the run's roster; absent where names are as typed. */
  readonly roster?: { readonly name: string; readonly digest: Digest };
  /** To whom the command was offered, who has not accepted it yet. */
  readonly offered?: { readonly to: Person; readonly by: Person; readonly at: Instant };
  readonly rollcall?: RollcallView;
  readonly now: Instant;
  readonly moments: {
    readonly disruption: { readonly at: Instant; readonly assumed: boolean };
    readonly detection?: { readonly at: Instant; readonly assumed: boolean };
    readonly declaration: { readonly at: Instant; readonly assumed: boolean };
    readonly start: Instant;
    readonly end?: Instant;
  };
  readonly clock: 'disruption' | 'declaration';
  /** Four parts that add up to the time from the clock's start until now (or the end). */
  readonly time: {
    readonly beforeStart: Milliseconds;
    readonly machines: Milliseconds;
    readonly people: Milliseconds;
    readonly neither: Milliseconds;
    /** In a rehearsal: what the decisions that answered themselves are planned to take. */
    readonly plannedDecisions: Milliseconds;
  };
  readonly functions: readonly NodeView[];
  /** Systems and gates in the order of the plan. */
  readonly nodes: readonly NodeView[];
  /** The run's own nodes (network, isolation, clean-up) and the prepare, fence and clean-up of systems. */
  readonly inner: readonly NodeView[];
  readonly asks: readonly AskView[];
  readonly criticalPath: readonly NodeId[];
  /** Absent where nothing of the plan cleans up. */
  readonly cleanup?: CleanupView;
  readonly notes: readonly { readonly at: Instant; readonly by: Person; readonly text: string }[];
  /** What was done by hand, skipped, left out or accepted, with its reason. */
  readonly deviations: readonly {
    readonly at: Instant;
    readonly by: Person;
    readonly text: string;
    readonly reason: string;
    /** It must be looked into afterwards. */
    readonly finding?: true;
  }[];
  readonly lastEvent: number;
  readonly heldBy?: Person;
  /** Why the run is being ended, or was. */
  readonly endingWhy?: string;
  readonly degraded: boolean;
  readonly unverified: boolean;
  readonly late: boolean;
  readonly lostTooMuch: boolean;
  /** Somebody else holds what this run needs. */
  readonly waitsForClaim?: string;
}
