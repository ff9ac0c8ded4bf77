import { isDormant, isTerminal } from './status.ts';
import { pathOf, type Plan, type PlanNode, type Step } from '../plan.ts';
import type { NodeId, Path, TryId } from '../names.ts';
import { strictestRpo } from './strictest-rpo.ts';
import type { Forecast, Standing } from '../forecast.ts';
import type { Snapshot } from './snapshot.ts';

/** One arrow out of a node: who stands on it, and how. */
export interface Edge {
  readonly to: NodeId;
  readonly as: 'need' | 'want' | 'after';
}

/** A step and the node that it belongs to. */
export interface Place {
  readonly node: PlanNode;
  readonly step: Step;
}

/**
 * What makes the kernel cost the same for the first event and the thirty-thousandth: who stands on whom,
 * how many things each node still waits for, and which nodes must be looked at again. Derived, never stored.
 */
export interface Agenda {
  /** What stands at a path. */
  readonly places: ReadonlyMap<Path, Place>;
  readonly dependents: ReadonlyMap<NodeId, readonly Edge[]>;
  /** How many needs are not passed and how many predecessors (`after`) have not ended. */
  readonly missing: Map<NodeId, number>;
  /** Nodes to look at, in the order in which they came up. */
  readonly dirty: Set<NodeId>;
  /** Nodes whose next step waits for the end of a hold or for a place among the tries under way. */
  readonly queued: Set<NodeId>;
  /** Nodes whose next step waits for a worker host. */
  readonly unplaced: Set<NodeId>;
  /** Nodes whose worker host says nothing. */
  readonly unheard: Set<NodeId>;
  /** Nodes whose next step waits for capacity that others occupy. */
  readonly short: Set<NodeId>;
  readonly inUse: Map<string, number>;
  /** Tries that have not ended, by node. */
  readonly tries: Map<NodeId, Set<TryId>>;
  /** Nodes with a failed step that is tried again by itself. */
  readonly retrying: Set<NodeId>;
  /** Nodes with time objectives. */
  readonly budgeted: readonly NodeId[];
  /** The RPO that holds for each node. */
  readonly rpo: ReadonlyMap<NodeId, number>;
  /** When a time objective is next due; Infinity: never. */
  budgetAt: number | undefined;
  /** How late each node may start by the plan: who must start first gets what is scarce. Made when first needed. */
  ranks?: ReadonlyMap<NodeId, number>;
  /** Nodes for which waiting for what they want would miss an objective. */
  readonly late: Set<NodeId>;
  /** Made when it is first needed. */
  forecast?: (standing?: Standing) => Forecast;
  underWay: number;
  asksOpen: number;
  unfinished: number;
}

/** Builds the agenda of a run from its plan and what has happened, in time linear in nodes and edges. */
export function makeAgenda(plan: Plan, snapshot: Snapshot): Agenda {
  const agenda: Agenda = {
    places: placesOf(plan),
    dependents: edgesOf(plan),
    missing: new Map(),
    dirty: new Set(),
    queued: new Set(),
    unplaced: new Set(),
    unheard: new Set(),
    short: new Set(),
    inUse: new Map(),
    tries: new Map(),
    retrying: new Set(),
    budgeted: Object.values(plan.nodes)
      .filter((node) => node.objectives?.rto !== undefined || node.objectives?.mtpd !== undefined)
      .map((node) => node.id),
    rpo: strictestRpo(plan),
    budgetAt: undefined,
    late: new Set(),
    underWay: 0,
    asksOpen: 0,
    unfinished: 0,
  };
  for (const node of Object.values(plan.nodes)) {
    const statusOf = (id: NodeId) => snapshot.nodes[id]?.status ?? 'waits';
    const needs = node.needs.filter((id) => statusOf(id) !== 'passed').length;
    const after = node.after.filter((id) => !isTerminal(statusOf(id))).length;
    agenda.missing.set(node.id, needs + after);
    if (isTerminal(statusOf(node.id)) || isDormant(snapshot, node)) continue;
    agenda.unfinished += 1;
    if (snapshot.nodes[node.id]?.unheardSince !== undefined) agenda.unheard.add(node.id);
    agenda.dirty.add(node.id);
    const steps = Object.values(snapshot.nodes[node.id]?.steps ?? {});
    if (steps.some((step) => step.retryAt !== undefined)) agenda.retrying.add(node.id);
  }
  for (const open of Object.values(snapshot.open)) {
    note(agenda, open.node, open.id, 1);
    if (open.ask) agenda.asksOpen += 1;
    else {
      agenda.underWay += 1;
      occupy(agenda, agenda.places.get(open.path ?? '')?.step, 1);
    }
  }
  return agenda;
}

function placesOf(plan: Plan): ReadonlyMap<Path, Place> {
  const places = new Map<Path, Place>();
  for (const node of Object.values(plan.nodes)) {
    for (const step of node.steps) places.set(pathOf(node, step), { node, step });
  }
  return places;
}

function edgesOf(plan: Plan): ReadonlyMap<NodeId, readonly Edge[]> {
  const edges = new Map<NodeId, Edge[]>();
  const add = (from: NodeId, edge: Edge) => {
    const list = edges.get(from);
    if (list) list.push(edge);
    else edges.set(from, [edge]);
  };
  for (const node of Object.values(plan.nodes)) {
    for (const from of node.needs) add(from, { to: node.id, as: 'need' });
    for (const from of node.wants) add(from, { to: node.id, as: 'want' });
    for (const from of node.after) add(from, { to: node.id, as: 'after' });
  }
  return edges;
}

/** Keeps the list of tries by node. */
export function note(agenda: Agenda, node: NodeId, id: TryId, sign: 1 | -1): void {
  const tries = agenda.tries.get(node);
  if (sign === 1) {
    if (tries) tries.add(id);
    else agenda.tries.set(node, new Set([id]));
  } else tries?.delete(id);
}

/** Takes (1) or gives back (-1) what a step occupies. */
export function occupy(agenda: Agenda, step: Step | undefined, sign: 1 | -1): void {
  for (const [name, amount] of Object.entries(step?.occupies ?? {})) {
    agenda.inUse.set(name, (agenda.inUse.get(name) ?? 0) + sign * amount);
  }
}

/** The key of a step inside its node: phases may use the same name twice. */
export const stepKey = (step: Step): string => `${step.phase}/${step.id}`;
