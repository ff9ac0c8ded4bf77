import type { Channel, Path, Person, TryId } from '../core/names.ts';
import type { Host } from '../core/change.ts';
import type { Event, Refusal, RunStatus } from '../core/event.ts';
import type { Plan } from '../core/plan.ts';
import type { KeyId, Roster, RosterSignature } from '../core/roster.ts';
import type { Snapshot } from '../core/run/snapshot.ts';
import type { Digest, Instant } from '../core/units.ts';

/** What a run is started with beside its input, so that it can be found by anything that people call it. */
export interface RunMemo {
  readonly run: string;
  readonly runbook: string;
  readonly mode: string;
  /** The run and the step that it is a part of. */
  readonly parent?: { readonly run: string; readonly path: Path };
}

/** What is signed where somebody starts a run with a roster: who starts what, why, and when it broke; and the signature. */
export interface SignedStart {
  readonly run: string;
  readonly by: Person;
  readonly channel: Channel;
  readonly reason: string;
  readonly issued: Instant;
  readonly start: {
    readonly plan: Digest;
    /** The plans of the runs that it may bring about. */
    readonly children?: readonly Digest[];
    readonly roster?: Digest;
    readonly host?: Host;
    readonly disruption?: Instant;
    readonly detection?: Instant;
    readonly declaration?: Instant;
  };
  readonly keyId: KeyId;
  readonly signature: string;
}

/** The run whose step started another one. */
export interface ParentRun {
  readonly run: string;
  readonly path: Path;
  readonly try: TryId;
  /** The signed start of the run above all others, where there is a roster: it names the plans of all that it may bring about. */
  readonly proof?: SignedStart;
}

/** The input of a run's workflow. The plan is its only knowledge of the runbook. */
export interface RecoveryInput {
  readonly run: string;
  readonly plan: Plan;
  /** The people whose decisions count; without one, names as typed. It stays to the end of the run. */
  readonly roster?: Roster;
  /** For workers that are told which rosters to trust. */
  readonly rosterSignature?: RosterSignature;
  /** Of who starts it, over its `startBytes`; demanded where there is a roster. */
  readonly signed?: { readonly keyId: KeyId; readonly signature: string; readonly issued: Instant };
  readonly by: Person;
  readonly channel: Channel;
  readonly reason: string;
  readonly disruption?: Instant;
  readonly detection?: Instant;
  readonly declaration?: Instant;
  /** The worker host of every system; absent: a worker is asked to bind the run. */
  readonly host?: Host;
  /** What the previous Temporal run of the chain hands over. */
  readonly carried?: Carried;
  /** A worker host that has not taken anything up for so many milliseconds is one that says nothing. */
  readonly hostSilentAfter?: number;
  /** Absent: people, or an edge, have started it. */
  readonly parent?: ParentRun;
  /** Continue-as-new after this many history events. */
  readonly continueAfter?: number;
}

export interface Carried {
  readonly snapshot: Snapshot;
  /** Events that are not in the record yet. */
  readonly unsaved: readonly Event[];
  /** The Temporal run before, where older events can be read. */
  readonly previous: string;
}

export interface RecoveryResult {
  readonly run: string;
  readonly status: RunStatus;
}

/** A decision as it crosses Temporal: the bytes are canonical JSON, what is signed. */
export interface DecideInput {
  readonly bytes: string;
  readonly signature?: string;
  readonly keyId?: string;
}

export interface DecideResult {
  readonly verdict: 'counted' | Refusal;
  readonly why?: string;
}

export interface EventsPage {
  readonly events: readonly Event[];
  /** Number of the first event that this Temporal run knows. */
  readonly from: number;
  /** The Temporal run that knows older ones. */
  readonly previous?: string;
}

export interface SaveInput {
  readonly run: string;
  readonly events: readonly Event[];
  /** Given once, with the first events. */
  readonly plan?: Plan;
}
