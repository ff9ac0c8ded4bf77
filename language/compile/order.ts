import { findCycle, topologicalOrder, type Graph } from '../../core/graph.ts';
import type { Draft } from './draft.ts';

/** Brings the nodes into an order in which each stands after all that it waits for; a circle is told whole. */
export function orderNodes(draft: Draft): void {
  const graph: Graph = new Map(
    [...draft.nodes.values()].map(({ id, needs, wants, after }) => [id, [...needs, ...wants, ...after]]),
  );
  const order = topologicalOrder(graph);
  if (order.length === graph.size) {
    const nodes = order.map((id) => draft.nodes.get(id)!);
    draft.nodes.clear();
    for (const node of nodes) draft.nodes.set(node.id, node);
    return;
  }
  const cycle = findCycle(graph) ?? [];
  draft.problems.push({
    code: 'MUSTER_REF_CYCLE',
    path: ['systems'],
    summary: `Each of these waits for the one before it: ${[...cycle, cycle[0]].join(' → ')}.`,
    detail: 'A fence waits for the gates that its system needs, and every system that it stops waits for it.',
    hint: 'Let one of them stand without the other.',
  });
}
