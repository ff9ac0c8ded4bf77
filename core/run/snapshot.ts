import type { Answers, Ask } from '../ask.ts';
import type { Host } from '../change.ts';
import type { About, Found, NodeStatus, Refusal, RunStatus } from '../event.ts';
import type { Shown } from '../shown.ts';
import type { Channel, NodeId, Path, Person, TryId } from '../names.ts';
import type { Notice } from '../notice.ts';
import type { KeyId } from '../roster.ts';
import type { Digest, Instant, Milliseconds } from '../units.ts';
import type { Scalar } from '../value.ts';

/** How one step of a node stands. Absent: not reached. */
export interface StepState {
  /** How many tries were minted; the last one's number. */
  tries: number;
  /** How many of them were minted by `retries`. */
  retried: number;
  state: 'waits' | 'under-way' | 'failed' | 'unknown' | 'shut' | 'passed' | 'done' | 'skipped';
  /** The number of the try after which somebody looked at what it left. */
  settled?: number;
  /** When the next automatic try is due. */
  retryAt?: Instant;
  passedAt?: Instant;
  message?: string;
}

export interface NodeState {
  status: NodeStatus;
  /** People gave it up: it ends as left out, or as failed where a step of it failed. */
  givenUp?: true;
  /** Index of the step that is next or under way. */
  step: number;
  steps: Record<string, StepState>;
  degraded?: true;
  unverified?: true;
  why?: string;
  startedAt?: Instant;
  endedAt?: Instant;
  verifiedAt?: Instant;
  recoveredUpTo?: Instant;
  newestRecord?: Instant;
  point?: string;
  /** Of a fence: the old copy was found not running. */
  alreadyStopped?: boolean;
  lossAccepted?: true;
  /** What it was made of was undone. */
  rolledBack?: true;
  /** No worker host takes up its steps since then; and when people are asked about it again. */
  unheardSince?: Instant;
  unheardWhy?: string;
  askUnheardAt?: Instant;
  /** It begins again once what was under way has ended. */
  anew?: true;
  checks?: NonNullable<Found['checks']>;
  made?: readonly string[];
  /** Wants that people decided to go on without, and those for which they decided to wait. */
  without?: readonly NodeId[];
  waitFor?: readonly NodeId[];
  /** How often each question about it was opened. */
  asked?: Record<string, number>;
  budget?: { rto?: 'at-risk' | 'missed' | 'met'; mtpd?: 'at-risk' | 'missed' | 'met' };
}

/** One vote that was counted. */
export interface Vote {
  readonly by: Person;
  readonly choice: string;
  readonly channel: Channel;
  readonly at: Instant;
  /** The seats of the choice that the person may fill. */
  readonly fills: readonly number[];
  readonly reason?: string;
  /** What signed it, where the run has a roster. */
  readonly key?: KeyId;
  /** What the first of a choice answered, and whoever came after her confirmed. */
  readonly answers?: Answers;
}

/** A try that has not ended: a step under way or an open ask. */
export interface OpenTry {
  readonly id: TryId;
  readonly at: Instant;
  readonly node: NodeId;
  readonly path?: Path;
  readonly ask?: {
    readonly ask: Ask;
    readonly about: About;
    readonly shown: Shown;
    readonly rests: Digest;
    votes: Vote[];
    /** When each rung of the ladder was reached: from then on it may answer. */
    reached: Instant[];
    /** When all were reminded last. */
    remindedAt?: Instant;
  };
  /** The try whose end is unknown and whose traces it looks at. */
  readonly settles?: TryId;
  stopping?: true;
  /** Its worker host was given up: nobody will hear how it ended. */
  lost?: true;
  /** People were asked because it takes longer than its timeout; when to ask again. */
  askSlowAt?: Instant;
  /** Nothing was heard of it since then. */
  silentSince?: Instant;
  /** People chose to wait although nothing is heard; when to ask again. */
  askSilentAt?: Instant;
}

/** Something that was not as planned; a finding must be looked into afterwards. */
export interface Deviation {
  readonly at: Instant;
  readonly by: Person;
  readonly text: string;
  readonly reason: string;
  readonly finding?: true;
}

/** What continues from one Temporal run to the next: plain JSON. */
export interface Snapshot {
  readonly version: 1;
  readonly run: string;
  seq: number;
  now: Instant;
  status: RunStatus;
  ending?: 'cancel' | 'stand-down' | 'rollback' | 'abort';
  endingWhy?: string;
  killing?: true;
  heldBy?: Person;
  starter: Person;
  /** In the words of who, or what, began it. */
  startedWhy?: string;
  /** The run and the step that brought it about. */
  readonly partOf?: { readonly run: string; readonly path: Path };
  commander: Person;
  /** The command was offered to somebody who has not accepted it yet. */
  offered?: { readonly to: Person; readonly by: Person; readonly at: Instant };
  /** Keys that count no more. */
  revoked: KeyId[];
  /** Who said that she is there, and when; and when all were asked last. */
  present: Record<Person, Instant>;
  rollcallAt?: Instant;
  host?: Host;
  /** The worker hosts of nodes that are placed, by the key of the placement. */
  hosts?: Record<string, Host>;
  /** Worker hosts, by id, that people gave up: nothing of this run goes there any more. */
  goneHosts?: string[];
  start: Instant;
  end?: Instant;
  moments: Record<'disruption' | 'declaration', { at: Instant; assumed: boolean }> & {
    detection?: { at: Instant; assumed: boolean };
  };
  /** Time since the start in three parts that add up. */
  machines: Milliseconds;
  people: Milliseconds;
  neither: Milliseconds;
  plannedDecisions: Milliseconds;
  claim: 'wanted' | 'held' | 'refused' | 'released';
  claimHolder?: string;
  claimAgainAt?: Instant;
  nodes: Record<NodeId, NodeState>;
  open: Record<TryId, OpenTry>;
  /** Outputs and answers that the plan still refers to, by `refKey`. */
  outputs: Record<string, Scalar>;
  decided: Record<string, 'counted' | Refusal>;
  /** What has to be handed over to the courier. */
  outbox: Notice[];
  notes: { at: Instant; by: Person; text: string }[];
  deviations: Deviation[];
}
