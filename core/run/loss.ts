import type { NodeId, Plan } from '../plan.ts';
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

/**
 * The RPO that holds for each system: the strictest of its own and those of the functions that stand on it.
 * Nodes without one are left out.
 */
export function strictestRpo(plan: Plan): ReadonlyMap<NodeId, Milliseconds> {
  const strictest = new Map<NodeId, Milliseconds>();
  for (const node of Object.values(plan.nodes)) {
    const rpo = node.objectives?.rpo;
    if (rpo === undefined) continue;
    for (const id of node.kind === 'function' ? standsOn(plan, node.id) : [node.id]) {
      strictest.set(id, Math.min(rpo, strictest.get(id) ?? Infinity));
    }
  }
  return strictest;
}

/** A node and all that it needs, however far away. */
export function standsOn(plan: Plan, id: NodeId): ReadonlySet<NodeId> {
  const found = new Set([id]);
  for (const one of found) for (const need of plan.nodes[one]!.needs) found.add(need);
  return found;
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
