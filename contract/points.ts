import { canonical } from '../core/canonical.ts';
import type { Host } from '../core/change.ts';
import type { Channel, Person } from '../core/names.ts';
import type { ActionCall } from '../core/plan.ts';
import type { Listed } from '../core/points/choose.ts';
import type { KeyId, Roster, RosterSignature } from '../core/roster.ts';
import type { Instant } from '../core/units.ts';

/** One restore whose recovery points are looked for. */
export interface PointsCall {
  readonly path: string;
  readonly call: ActionCall;
  /** The argv that leads into the site; empty: the worker host itself. */
  readonly enter: readonly string[];
  /** The label of the worker hosts where it is looked for; absent: the host of the run. */
  readonly runsOn?: string;
}

/** Input of the workflow that has recovery points listed, and of its activity. */
export interface PointsInput {
  readonly calls: readonly PointsCall[];
  readonly by: Person;
  readonly channel: Channel;
  /** For workers that are told which rosters to trust. */
  readonly roster?: Roster;
  readonly rosterSignature?: RosterSignature;
  readonly signed?: { readonly keyId: KeyId; readonly signature: string; readonly issued: Instant };
  /** The paths that are listed on this host, where others are listed elsewhere; absent: all. What is signed is the whole. */
  readonly only?: readonly string[];
  /** Where the steps will run; absent: a worker is asked. */
  readonly host?: Host;
}

export interface PointsAnswer {
  readonly host: Host;
  readonly lists: readonly Listed[];
}

/** At most so many recovery points of a restore are told, the newest. */
export const mostPoints = 500;

/** What is signed where somebody has recovery points listed: the bytes of no start and of no decision. */
export const listBytes = (
  namespace: string,
  issued: Instant,
  { calls, by, channel, roster }: Pick<PointsInput, 'calls' | 'by' | 'channel' | 'roster'>,
): string =>
  canonical({ version: 1, namespace, by, channel, issued, list: { calls, roster: roster?.digest } });
