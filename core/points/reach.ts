import type { RecoveryPoint } from '../recovery-point.ts';
import type { Instant } from '../units.ts';

/** A recovery point with the moment that it would bring back. */
export interface Reached {
  readonly point: RecoveryPoint;
  readonly at: Instant;
}

/**
 * The newest moment that recovery points can bring back, not after a bound (Infinity: none); undefined where all are later. Of
 * several that reach it, the one with the least log to replay.
 */
export function newest(points: readonly RecoveryPoint[], notAfter: Instant): Reached | undefined {
  let best: Reached | undefined;
  for (const point of points) {
    if (point.time > notAfter) continue;
    const at = Math.min(notAfter, point.until ?? point.time);
    if (!best || at > best.at || (at === best.at && point.time > best.point.time)) best = { point, at };
  }
  return best;
}

/** Recovery points of one system of a group, with its own bound. */
export interface Member {
  readonly points: readonly RecoveryPoint[];
  readonly notAfter: Instant;
}

/**
 * The newest moment that all members of a group can be brought back to, each to at most `within` before it; undefined where
 * there is none. Where a member has nothing but snapshots, the moment is that of a snapshot, so that the others stop there.
 */
export function commonMoment(members: readonly Member[], within: number): Instant | undefined {
  const bound = Math.min(...members.map(({ notAfter }) => notAfter));
  const fixed = members.filter(({ points }) => points.every(({ until }) => until === undefined));
  const ends = (of: readonly Member[]) =>
    of.flatMap(({ points }) => points.map(({ time, until }) => until ?? time));
  const candidates = fixed.length > 0 ? ends(fixed) : [bound, ...ends(members)];
  return candidates
    .filter((moment) => moment <= bound && Number.isFinite(moment))
    .sort((a, b) => b - a)
    .find((moment) =>
      members.every(({ points }) => (newest(points, moment)?.at ?? -Infinity) >= moment - within),
    );
}
