import type { Channel, NodeId, Path, Person, Role, TryId } from './names.ts';
import type { Answers, Ask } from './ask.ts';
import type { Change, Host, Outputs } from './change.ts';
import type { QuestionKind } from './plan.ts';
import type { KeyId } from './roster.ts';
import type { Shown } from './shown.ts';
import type { Digest, Instant } from './units.ts';
import type { Scalar } from './value.ts';

/** What a person says, in the bytes that are signed. */
export type Decision = {
  readonly version: 1;
  readonly namespace: string;
  /** Chosen by the sender, unique; the same id again is the same decision. */
  readonly id: string;
  readonly run: string;
  readonly by: Person;
  readonly channel: Channel;
  readonly reason: string;
  readonly issued: Instant;
  readonly expires: Instant;
} & (
  | {
      readonly ask: TryId;
      readonly choice: string;
      readonly answers: Answers;
      /** Digest of what the ask rests on and releases, as it was shown. */
      readonly rests: Digest;
    }
  | { readonly propose: readonly Change[] }
);

/** Why a well-formed vote was not counted. */
export type Refusal =
  | 'not-open'
  | 'closed'
  | 'expired'
  | 'rests-changed'
  | 'no-such-choice'
  | 'answers-wrong'
  | 'reason-missing'
  | 'excluded'
  | 'wrong-role'
  | 'not-commander'
  | 'key-revoked'
  | 'no-seat'
  | 'already-voted'
  | 'channel-refused'
  | 'not-possible';

export type Outcome =
  'passed' | 'failed' | 'unknown' | 'stopped' | 'rejected' | 'expired' | 'left-out' | 'void' | 'moot';

/** A restored recovery point in which a scanner found nothing. */
export interface ScannedPoint {
  /** Its id, and which copy, as the list of recovery points has them. */
  readonly point: string;
  readonly copy: string;
  /** The program that scanned. */
  readonly scanner: string;
  /** When its signatures were made; absent: nobody looked. */
  readonly signaturesFrom?: Instant;
}

/** What a step found: figures kept as data, expected beside found. */
export interface Found {
  readonly checks?: readonly {
    readonly name: string;
    readonly expected: string;
    readonly found: string;
    readonly passed: boolean;
  }[];
  /** Proven by the tool: everything up to this moment is there. */
  readonly recoveredUpTo?: Instant;
  /** The newest record seen in the data. */
  readonly newestRecord?: Instant;
  /** The id of the recovery point that was used. */
  readonly point?: string;
  /** Of a scan: nothing was found in what was restored of this point. */
  readonly scanned?: ScannedPoint;
  /** Of a fence: the old copy was found not running, so nothing was written after the disruption. */
  readonly alreadyStopped?: boolean;
  /** What was set aside or made, for people and for the clean-up. */
  readonly made?: readonly string[];
  readonly message?: string;
  /** Of a failure: tried again as it is, it would end the same way. */
  readonly terminal?: true;
  readonly log?: { readonly file: string; readonly bytes: number; readonly digest: Digest };
}

/** What an ask is about: the step, the node, the try that failed. */
export interface About {
  readonly node: NodeId;
  readonly path?: Path;
  readonly try?: TryId;
  readonly question?: QuestionKind | 'break-glass';
  /** Of the question `slow`: since when nothing was heard of the try; absent: it only takes long. */
  readonly silentSince?: Instant;
  /** Of the question `want`: the node that is wanted. */
  readonly without?: NodeId;
  /** Of a proposal, or where the glass is broken: what one person wants, and why. */
  readonly proposes?: {
    readonly change: Change;
    readonly by: Person;
    readonly channel: Channel;
    readonly reason: string;
    /** What signed it, where the run has a roster. */
    readonly key?: KeyId;
  };
}

/** How a node stands. `asks`: it has an open question and counts as not there. The last four are terminal. */
export type NodeStatus = 'waits' | 'running' | 'asks' | 'shut' | 'passed' | 'left-out' | 'blocked' | 'failed';

export type RunStatus =
  'running' | 'on-hold' | 'ending' | 'recovered' | 'failed' | 'stood-down' | 'cancelled';

/** One thing that happened in a run; the state of a run is the fold of its events. */
export type Event = {
  readonly seq: number;
  readonly at: Instant;
  /** When it really happened, where that is known and differs (a step's end seen late). */
  readonly observedAt?: Instant;
  /** The plan's revision at the time. */
  readonly revision: number;
  /** The event that caused it. */
  readonly because?: number;
} & EventBody;

export type EventBody =
  | {
      readonly type: 'began';
      readonly by: Person;
      readonly channel: Channel;
      readonly reason: string;
      /** The key that proves who began it; absent where the run has no roster. */
      readonly key?: KeyId;
      readonly host?: Host;
    }
  | { readonly type: 'continued'; readonly temporalRun: string }
  | { readonly type: 'tick' }
  | { readonly type: 'bound'; readonly node: NodeId; readonly host: Host }
  | { readonly type: 'claimed' }
  | { readonly type: 'refused'; readonly holder: string }
  | { readonly type: 'released' }
  | {
      readonly type: 'asked';
      readonly try: TryId;
      readonly about: About;
      readonly ask: Ask;
      readonly shown: Shown;
      readonly rests: Digest;
    }
  | {
      readonly type: 'tried';
      readonly try: TryId;
      readonly path: Path;
      /** `settle` only looks at what the try `of` left. */
      readonly as: 'do' | 'settle';
      readonly of?: TryId;
    }
  /** No worker host takes up what a node needs: its own says nothing since then, or none of its label is there; `since` absent: one does again. */
  | {
      readonly type: 'unheard';
      readonly node: NodeId;
      readonly since?: Instant;
      /** Why the one that answered will not have it. */
      readonly why?: string;
    }
  /** The command of a try has written nothing since then, longer than it may; `since` absent: it writes again. */
  | { readonly type: 'silent'; readonly try: TryId; readonly since?: Instant }
  | {
      readonly type: 'ended';
      readonly try: TryId;
      readonly outcome: Outcome;
      readonly outputs: Outputs;
      readonly found?: Found;
      readonly auto?: true;
    }
  | {
      readonly type: 'voted';
      readonly decision: Decision;
      /** The key that signed it; absent where the run has no roster. */
      readonly key?: KeyId;
      /** The seats of the choice that the person may fill, and the one that fell to her. */
      readonly fills?: readonly number[];
      readonly seat?: number;
      readonly verdict: 'counted' | Refusal;
      readonly why?: string;
    }
  | {
      readonly type: 'changed';
      readonly change: Change;
      readonly by: Person;
      readonly channel: Channel;
      readonly reason: string;
    }
  | {
      readonly type: 'became';
      /** A node, or `run` for the run itself. */
      readonly of: NodeId;
      readonly status: NodeStatus | RunStatus;
      readonly degraded?: true;
      readonly unverified?: true;
      readonly why?: string;
    }
  | {
      readonly type: 'budget';
      readonly of: NodeId;
      readonly objective: 'rto' | 'mtpd';
      readonly standing: 'at-risk' | 'missed' | 'met';
    }
  /** An ask is still open. */
  | { readonly type: 'reminded'; readonly try: TryId }
  /** Nobody has answered an ask: the next rung of its ladder may. */
  | { readonly type: 'escalated'; readonly try: TryId; readonly to: Role }
  /** Notices were handed over to the courier, who delivers them. */
  | { readonly type: 'told'; readonly notices: readonly string[] };

export type FoundValue = Scalar;
