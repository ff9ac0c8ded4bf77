import type { Path } from '../names.ts';
import type { ConsistencyGroup, Plan } from '../plan.ts';
import type { RecoveryPoint } from '../recovery-point.ts';
import type { Instant } from '../units.ts';
import { commonMoment, newest, type Reached } from './reach.ts';
import { restoresOf, type Restore } from './restores.ts';

/** What was found where a restore runs: its recovery points, or why nobody can tell. */
export type Listed = { readonly path: Path } & (
  | {
      readonly points: readonly RecoveryPoint[];
      /** Why backups that are there are not among them: damaged, or unreadable. */
      readonly leftOut?: readonly string[];
    }
  | { readonly trouble: string }
);

/** What a restore brings back, or why none could be chosen. */
export type Choice = { readonly restore: Restore } & (Reached | { readonly none: string });

/**
 * Chooses for every restore of a plan the newest recovery point that is not after its bound; for the systems of a consistency
 * group the newest moment that all of them reach.
 */
export function choosePoints(plan: Pick<Plan, 'nodes' | 'consistency'>, listed: readonly Listed[]): Choice[] {
  const found = new Map(listed.map((one) => [one.path, one]));
  const groups = Object.entries(plan.consistency ?? {});
  const candidates = restoresOf(plan).map((restore) => candidateOf(plan, restore, found.get(restore.path)));
  const moments = new Map(groups.map(([name, group]) => [name, momentOf(group, candidates)]));
  return candidates.map((candidate): Choice => {
    const { restore } = candidate;
    if ('none' in candidate) return { restore, none: candidate.none };
    const group = groups.find(([, { systems }]) => systems.includes(restore.node));
    const moment = group ? moments.get(group[0]) : candidate.notAfter;
    if (moment === undefined) return { restore, none: `the systems of ${group![0]} have no common moment` };
    const reached = newest(candidate.points, moment);
    return reached ? { restore, ...reached } : { restore, none: noneBy(candidate.points, moment) };
  });
}

type Candidate = { readonly restore: Restore } & (
  { readonly points: readonly RecoveryPoint[]; readonly notAfter: Instant } | { readonly none: string }
);

function candidateOf(plan: Pick<Plan, 'nodes'>, restore: Restore, listed: Listed | undefined): Candidate {
  if (!restore.known) return { restore, none: 'where it is kept is known only when the run gets there' };
  if (!listed) return { restore, none: 'nobody has looked' };
  if ('trouble' in listed) return { restore, none: listed.trouble };
  const wanted = wantedId(restore);
  const points = listed.points.filter(({ id }) => wanted === undefined || id === wanted);
  if (points.length === 0) {
    const none = wanted === undefined ? 'there is none' : `there is no ${wanted}`;
    return { restore, none: [none, ...(listed.leftOut ?? []).map((one) => `left out: ${one}`)].join('; ') };
  }
  const notAfter = Math.min(plan.nodes[restore.node]!.notAfter ?? Infinity, ownBound(restore));
  return { restore, points, notAfter };
}

/** The id that the runbook itself names. */
function wantedId({ call: { with: input, points } }: Restore): string | undefined {
  const written = input[points!.id];
  return typeof written === 'string' && written !== 'latest' ? written : undefined;
}

function ownBound({ call: { with: input, points } }: Restore): Instant {
  const written = points!.moment === undefined ? undefined : input[points!.moment];
  const moment = typeof written === 'string' ? Date.parse(written) : NaN;
  return Number.isNaN(moment) ? Infinity : moment;
}

function momentOf(
  { systems, within }: ConsistencyGroup,
  candidates: readonly Candidate[],
): Instant | undefined {
  const members = candidates.filter(({ restore }) => systems.includes(restore.node));
  const known = members.flatMap((member) => ('points' in member ? [member] : []));
  return known.length === members.length && known.length > 0 ? commonMoment(known, within) : undefined;
}

function noneBy(points: readonly RecoveryPoint[], moment: Instant): string {
  const oldest = Math.min(...points.map(({ time }) => time));
  return `the oldest is of ${new Date(oldest).toISOString()}, after ${new Date(moment).toISOString()}`;
}
