import type { NodeId } from '../names.ts';
import type { Instant, Milliseconds } from '../units.ts';
import type { State } from './state.ts';
import { standsOn } from './strictest-rpo.ts';

/**
 * When it was broken at the latest: where nobody said when, a longer outage must not mean a smaller loss. It was
 * broken when it was declared so, and when the run began.
 */
function brokenBy({ moments: { disruption, declaration }, start }: State): Instant {
  if (!disruption.assumed) return disruption.at;
  return Math.max(disruption.at, Math.min(start, declaration.at));
}

/**
 * When writing to the old copy of a system stopped: at the disruption, or, where the old copy was or may
 * have been writing afterwards, when its fence had passed. In a rehearsal nothing stopped: what would be
 * lost is counted from the start.
 */
export function writesStopped(s: State, id: NodeId): Instant {
  if (s.plan.mode !== 'live') return s.start;
  const disruption = brokenBy(s);
  const fences = s.plan.nodes[id]!.needs.filter((need) => s.plan.nodes[need]?.kind === 'fence');
  const later = fences
    .map((fence) => s.nodes[fence]!)
    .filter((fence) => fence.status === 'passed' && !fence.alreadyStopped)
    .map((fence) => fence.endedAt ?? disruption);
  return Math.max(disruption, ...later);
}

/** What a function lost: the most that any system under it lost; undefined before any is known. */
export function lossOfFunction(s: State, id: NodeId): Milliseconds | undefined {
  const losses = [...standsOn(s.plan, id)].flatMap((under) => lossOf(s, under) ?? []);
  return losses.length > 0 ? Math.max(...losses) : undefined;
}

/** What a system lost: writes stopped − recovered up to; never negative; undefined before it is known. */
export function lossOf(s: State, id: NodeId): Milliseconds | undefined {
  const upTo = s.nodes[id]?.recoveredUpTo;
  return upTo === undefined ? undefined : Math.max(0, writesStopped(s, id) - upTo);
}
