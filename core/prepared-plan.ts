import { topologicalOrder } from './graph.ts';
import type { NodeId } from './names.ts';
import type { Plan, PlanNode } from './plan.ts';
import type { Stretch } from './schedule.ts';
import type { Milliseconds } from './units.ts';

/** What a forecast needs of a plan. */
export type Scheduled = Pick<Plan, 'nodes' | 'capacity'>;

/** What of a plan is the same however a run stands: its order and durations. */
export interface Prepared {
  /** In topological order; all else is by place in this list. */
  readonly nodes: readonly PlanNode[];
  readonly takes: readonly Milliseconds[];
  readonly before: readonly (readonly number[])[];
  /** Which of those are held up by an objective: not what it merely comes after. */
  readonly held: readonly (readonly number[])[];
  readonly scarce: boolean;
}

/** Puts the nodes of a plan in order, once for all forecasts of it. A rollback is no part of a plan that goes well. */
export function prepare(plan: Scheduled): Prepared {
  const planned = Object.values(plan.nodes).filter(({ kind }) => kind !== 'rollback');
  const graph = new Map(planned.map(({ id, needs, wants, after }) => [id, [...needs, ...wants, ...after]]));
  const nodes = topologicalOrder(graph).map((id) => plan.nodes[id]!);
  const place = new Map(nodes.map((node, at) => [node.id, at]));
  const places = (ids: readonly NodeId[]) =>
    [...new Set(ids)].map((id) => place.get(id)).filter((at) => at !== undefined);
  return {
    nodes,
    takes: nodes.map((node) => node.steps.reduce((sum, step) => sum + step.takes, 0)),
    before: nodes.map(({ id }) => places(graph.get(id) ?? [])),
    held: nodes.map(({ needs, wants }) => places([...needs, ...wants])),
    scarce: nodes.some((node) => node.steps.some((step) => names(step.occupies, plan).length > 0)),
  };
}

const names = (occupies: Stretch['occupies'], plan: Scheduled): string[] =>
  Object.keys(occupies).filter((name) => Object.hasOwn(plan.capacity, name));

/** The last `duration` of a node's steps: what is done of it was done from the front. */
export function stretchesOf(plan: Scheduled, node: PlanNode, duration: Milliseconds): Stretch[] {
  const stretches: Stretch[] = [];
  let left = duration;
  for (const step of node.steps.toReversed()) {
    const scarce = names(step.occupies, plan).map((name) => [name, step.occupies[name]!]);
    stretches.push({ takes: Math.min(left, step.takes), occupies: Object.fromEntries(scarce) });
    left -= Math.min(left, step.takes);
  }
  if (left > 0) stretches.push({ takes: left, occupies: {} });
  return stretches.reverse();
}
