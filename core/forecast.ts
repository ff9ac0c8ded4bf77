import type { NodeId } from './names.ts';
import type { PlanNode } from './plan.ts';
import { type Prepared, prepare, type Scheduled, stretchesOf } from './prepared-plan.ts';
import { schedule } from './schedule.ts';
import type { Milliseconds } from './units.ts';

/** When a node is expected to start and finish, counted from now; how late it may start. */
export interface NodeForecast {
  readonly start: Milliseconds;
  readonly finish: Milliseconds;
  /** The last moment to start without missing an objective of its own or of what stands on it. */
  readonly latestStart?: Milliseconds;
  /** How long it can still wait: `latestStart` − `start`; negative where an objective will be missed. */
  readonly slack?: Milliseconds;
}

export interface BudgetForecast {
  readonly node: NodeId;
  readonly objective: 'rto' | 'mtpd';
  readonly allowed: Milliseconds;
  /** What will have been used, the time before now included. */
  readonly expected: Milliseconds;
  readonly met: boolean;
}

export interface Forecast {
  readonly nodes: ReadonlyMap<NodeId, NodeForecast>;
  /** When the last system or function is there, and when the clean-up is over too. */
  readonly recovered: Milliseconds;
  readonly ended: Milliseconds;
  /** The chain of nodes that decides when the last one is there; what takes no time is left out. */
  readonly criticalPath: readonly NodeId[];
  readonly budgets: readonly BudgetForecast[];
}

/** How things stand: without it, before the start. */
export interface Standing {
  /** How long the clock of the objectives has been running. */
  readonly elapsed?: Milliseconds;
  /** What is left of a node's work; 0: it is done; undefined: all that the plan says. */
  readonly remaining?: (node: NodeId) => Milliseconds | undefined;
}

/**
 * Forecasts a plan by the critical path method (Kelley and Walker, 1959): a node starts when all that it
 * needs, wants or comes after has finished, and finishes start + duration; its latest finish is the least of
 * its own objective and the latest starts of what needs or wants it; latest start = latest finish − duration;
 * slack = latest start − start. A wanted node is waited for. Where steps occupy scarce things the starts
 * come from a simulation in which the node with the earliest latest start goes first; the latest starts do
 * not know of scarcity, so slack is then too kind.
 * @returns a function that forecasts from any standing; the plan is prepared once. Linear time without capacity.
 */
export function forecaster(plan: Scheduled): (standing?: Standing) => Forecast {
  const prepared = prepare(plan);
  return (standing = {}) => {
    const { nodes } = prepared;
    const durations = nodes.map((node, at) => standing.remaining?.(node.id) ?? prepared.takes[at]!);
    const latest = latestStarts(prepared, durations, standing.elapsed ?? 0);
    const { start, finish } = prepared.scarce
      ? scheduled(plan, prepared, durations, latest)
      : earliest(prepared, durations);
    const nodeAt = ({ id }: PlanNode, at: number): [NodeId, NodeForecast] => [
      id,
      { start: start[at]!, finish: finish[at]!, ...slackOf(start[at]!, latest[at]!) },
    ];
    const last = lastOf(nodes, finish);
    return {
      nodes: new Map(nodes.map(nodeAt)),
      recovered: last === undefined ? 0 : finish[last]!,
      ended: finish.reduce((most, end) => Math.max(most, end), 0),
      criticalPath: criticalPath(prepared, { durations, finish, last }),
      budgets: nodes.flatMap((node, at) => budgetsOf(node, (standing.elapsed ?? 0) + finish[at]!)),
    };
  };
}

/** Forecasts a plan once. */
export const forecast = (plan: Scheduled, standing?: Standing): Forecast => forecaster(plan)(standing);
function earliest({ before }: Prepared, durations: readonly Milliseconds[]) {
  const start: Milliseconds[] = [];
  const finish: Milliseconds[] = [];
  durations.forEach((duration, at) => {
    start[at] = before[at]!.reduce((most, other) => Math.max(most, finish[other]!), 0);
    finish[at] = start[at] + duration;
  });
  return { start, finish };
}

function latestStarts({ nodes, held }: Prepared, durations: readonly Milliseconds[], elapsed: Milliseconds) {
  const latestFinish = nodes.map(
    ({ objectives }) => (objectives?.rto ?? objectives?.mtpd ?? Infinity) - elapsed,
  );
  const latest: Milliseconds[] = [];
  for (let at = nodes.length - 1; at >= 0; at -= 1) {
    latest[at] = latestFinish[at]! - durations[at]!;
    for (const other of held[at]!) latestFinish[other] = Math.min(latestFinish[other]!, latest[at]!);
  }
  return latest;
}

function scheduled(
  plan: Scheduled,
  { nodes, before, takes }: Prepared,
  durations: readonly Milliseconds[],
  latest: readonly Milliseconds[],
) {
  const jobs = nodes.map((node, at) => ({
    before: before[at]!,
    stretches: stretchesOf(plan, node, durations[at]!),
    // What has begun keeps what it holds.
    priority: durations[at]! < takes[at]! ? -Infinity : latest[at]!,
  }));
  return schedule(jobs, plan.capacity);
}

function slackOf(
  start: Milliseconds,
  latestStart: Milliseconds,
): Pick<NodeForecast, 'latestStart' | 'slack'> {
  return latestStart === Infinity ? {} : { latestStart, slack: latestStart - start };
}

/** The system or function that is there last; of several the last in order, so that a function is preferred. */
function lastOf(nodes: readonly PlanNode[], finish: readonly Milliseconds[]): number | undefined {
  let last: number | undefined;
  nodes.forEach(({ kind }, at) => {
    if (kind !== 'system' && kind !== 'function') return;
    if (last === undefined || finish[at]! >= finish[last]!) last = at;
  });
  return last;
}

function criticalPath(
  { nodes, before }: Prepared,
  run: { durations: readonly Milliseconds[]; finish: readonly Milliseconds[]; last: number | undefined },
): NodeId[] {
  const path: NodeId[] = [];
  for (let at = run.last; at !== undefined;) {
    if (run.durations[at]! > 0) path.push(nodes[at]!.id);
    let latest: number | undefined;
    for (const other of before[at]!) {
      if (latest === undefined || run.finish[other]! > run.finish[latest]!) latest = other;
    }
    at = latest;
  }
  return path.reverse();
}

function budgetsOf({ id, objectives }: PlanNode, expected: Milliseconds): BudgetForecast[] {
  return (['rto', 'mtpd'] as const).flatMap((objective) => {
    const allowed = objectives?.[objective];
    return allowed === undefined
      ? []
      : [{ node: id, objective, allowed, expected, met: expected <= allowed }];
  });
}
