import type { NodeId } from '../names.ts';
import { stepKey } from './agenda.ts';
import type { State } from './state.ts';
import { isTerminal } from './status.ts';

/**
 * The nodes that do not come by themselves: something of them has failed, nobody knows how it ended, or a gate is shut; and
 * all that need them. Takes time linear in the plan, whose nodes stand after what they need.
 */
export function stuckNodes(s: State): ReadonlySet<NodeId> {
  const stuck = new Set<NodeId>();
  for (const { id, needs } of Object.values(s.plan.nodes))
    if (isStuck(s, id) || needs.some((need) => stuck.has(need))) stuck.add(id);
  return stuck;
}

function isStuck(s: State, id: NodeId): boolean {
  const state = s.nodes[id]!;
  if (isTerminal(state.status)) return state.status !== 'passed';
  const step = s.plan.nodes[id]!.steps[state.step];
  const at = step && state.steps[stepKey(step)];
  return (
    at?.state === 'shut' || at?.state === 'unknown' || (at?.state === 'failed' && at.retryAt === undefined)
  );
}
