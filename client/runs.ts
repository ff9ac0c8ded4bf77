import type { Channel, Mode, Person, TryId } from '../core/names.ts';
import type { Answers } from '../core/ask.ts';
import type { Change } from '../core/change.ts';
import type { Event, Refusal, RunStatus } from '../core/event.ts';
import type { Plan } from '../core/plan.ts';
import type { Roster, RosterSignature } from '../core/roster.ts';
import type { Digest, Instant } from '../core/units.ts';
import type { RunView } from '../core/view.ts';
import type { BreakClaims, HeldClaim } from '../contract/claims.ts';
import type { CourierState } from '../contract/courier.ts';
import type { Progress } from '../core/progress.ts';
import type { Listed } from '../core/points/choose.ts';
import type { PointsRequest } from './points.ts';
import type { Sign } from './service.ts';
import type { SystemHealth } from './system-health.ts';

/** Who does something, by which channel, and why. */
export interface Actor {
  readonly by: Person;
  readonly channel: Channel;
  readonly reason: string;
}

export interface StartRequest extends Actor {
  readonly plan: Plan;
  /** The people whose signed decisions count; without one, names as typed. */
  readonly roster?: Roster;
  readonly rosterSignature?: RosterSignature;
  /** Moments that are known; a disruption that is not given is assumed to be the first of them. */
  readonly disruption?: Instant;
  readonly detection?: Instant;
  readonly declaration?: Instant;
}

/** A run that was started, or the one that was already under way (nothing was started then). */
export interface Started {
  readonly run: string;
  readonly workflowId: string;
  readonly already: boolean;
}

/** `id`: the same id again is the same decision and counts once; absent, one is made up. */
export type Answer = Actor & {
  readonly id?: string;
  readonly ask: TryId;
  readonly choice: string;
  readonly answers: Answers;
  readonly rests: Digest;
};
export type Proposal = Actor & { readonly id?: string; readonly propose: readonly Change[] };

/** What became of a decision: counted, or refused and recorded with the reason. */
export interface Verdict {
  readonly verdict: 'counted' | Refusal;
  readonly why?: string;
}

export interface RunSummary {
  readonly run: string;
  readonly workflowId: string;
  readonly runbook: string;
  readonly mode: Mode;
  readonly open: boolean;
  readonly status: RunStatus | 'unreachable' | 'terminated';
  readonly startedAt: Instant;
  readonly endedAt?: Instant;
}

/**
 * All that a face does with runs. `id` is a run's id, its workflow id, or the name of a runbook (then its
 * open live run, else its newest run).
 * Every method throws a `ClientFailure` whose `code` is `not-found`, `unreachable`, `not-allowed`, `no-worker` or `refused`.
 */
export interface Runs {
  /** @param sign proves who starts it, as in `decide`; a run with a roster begins with a proof only. */
  start(request: StartRequest, sign?: Sign): Promise<Started>;
  view(id: string): Promise<RunView>;
  /** The recovery points of a plan's restores, found where its steps would run. @param sign for workers that trust only some. */
  points(request: PointsRequest, sign?: Sign): Promise<readonly Listed[]>;
  /** The people of the run; undefined where it has none. */
  roster(id: string): Promise<Roster | undefined>;
  events(id: string, after: number, limit: number): Promise<readonly Event[]>;
  /** How far the tries under way are, by try id, as their hosts last told. */
  progress(id: string): Promise<Readonly<Record<TryId, Progress>>>;
  /** @param sign signs it; where it is absent, the connection's own signature, if it has one. */
  decide(id: string, decision: Answer | Proposal, sign?: Sign): Promise<Verdict>;
  list(options: { readonly limit: number; readonly openOnly: boolean }): Promise<readonly RunSummary[]>;
  /** One run, as it stands in the list. */
  summary(id: string): Promise<RunSummary>;
  /** Systems at sites that runs hold, each with its holder. */
  claims(): Promise<readonly HeldClaim[]>;
  /** Takes away what a run holds that was terminated; how many claims that were. */
  breakClaims(order: BreakClaims): Promise<number>;
  /** What of all runs is on its way to others, was given up, or arrived lately. */
  notices(): Promise<CourierState>;
  /** Has notices that were given up delivered again: those named, or all; how many that are. */
  deliverAgain(ids: readonly string[]): Promise<number>;
  /** How the workflows are that all runs need, and the open runs, as Temporal says it. */
  health(): Promise<SystemHealth>;
  close(): Promise<void>;
}
