import type { NodeId } from '../plan.ts';
import type { Instant, Milliseconds } from '../units.ts';
import type { State } from './state.ts';

/**
 * When writing to the old copy of a system stopped: at the disruption, or, where the old copy was or may
 * have been writing afterwards, when its fence had passed. In a rehearsal nothing stopped: what would be
 * lost is counted from the start.
 */
export function writesStopped(s: State, id: NodeId): Instant {
  if (s.plan.mode !== 'live') return s.start;
  const disruption = s.moments.disruption.at;
  const fences = s.plan.nodes[id]!.needs.filter((need) => s.plan.nodes[need]?.kind === 'fence');
  const later = fences
    .map((fence) => s.nodes[fence]!)
    .filter((fence) => fence.status === 'passed' && !fence.alreadyStopped)
    .map((fence) => fence.endedAt ?? disruption);
  return Math.max(disruption, ...later);
}

/** What a system lost: writes stopped − recovered up to; never negative; undefined before it is known. */
export function lossOf(s: State, id: NodeId): Milliseconds | undefined {
  const upTo = s.nodes[id]?.recoveredUpTo;
  return upTo === undefined ? undefined : Math.max(0, writesStopped(s, id) - upTo);
}
