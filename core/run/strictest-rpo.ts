import type { NodeId } from '../names.ts';
import type { Plan } from '../plan.ts';
import type { Milliseconds } from '../units.ts';

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
export function standsOn(plan: Pick<Plan, 'nodes'>, id: NodeId): ReadonlySet<NodeId> {
  const found = new Set([id]);
  for (const one of found) for (const need of plan.nodes[one]!.needs) found.add(need);
  return found;
}
