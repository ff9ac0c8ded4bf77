import type { PlanNode } from '../plan.ts';
import type { CleanupView } from '../view.ts';
import type { State } from './state.ts';
import { isTerminal } from './status.ts';

/** How cleaning up stands, by the nodes that do it and the gate before them; undefined where there is none. */
export function cleanupView(s: State): CleanupView | undefined {
  const nodes = Object.values(s.plan.nodes).filter(cleansUp);
  if (nodes.length === 0) return undefined;
  const statuses = nodes.map(({ id }) => s.nodes[id]!.status);
  const left = nodes.flatMap((node) => leftBy(s, node));
  const state = () => {
    const gate = s.nodes['cleanup']?.status;
    if (gate === 'left-out') return 'kept';
    if (gate === 'asks' || gate === 'shut' || gate === 'running') return 'asks';
    if (!statuses.every(isTerminal)) return statuses.every((one) => one === 'waits') ? 'waits' : 'running';
    return left.length === 0 ? 'clean' : 'incomplete';
  };
  const found = state();
  return { state: found, left: found === 'incomplete' ? left : [] };
}

/** What the sweep could not, or may not, remove it says itself. */
const cleansUp = ({ kind, id }: PlanNode): boolean => kind === 'cleanup' || id === 'run.cleanup';

function leftBy(s: State, { id }: PlanNode): readonly string[] {
  const { status, made = [], why } = s.nodes[id]!;
  return status === 'passed' ? made : [`${id}: ${why ?? status}`, ...made];
}
