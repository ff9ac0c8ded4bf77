import type { NodeId } from '../names.ts';
import type { Forecast } from '../forecast.ts';
import { isDo, pathOf, type PlanNode } from '../plan.ts';
import type { Instant } from '../units.ts';
import type { BudgetView, NodeView, Standing } from '../view.ts';
import { stepKey } from './agenda.ts';
import { workedAtSince } from './begun.ts';
import { clockStart } from './clock.ts';
import { lossOf, lossOfFunction, writesStopped } from './loss.ts';
import type { NodeState } from './snapshot.ts';
import type { State } from './state.ts';
import { isTerminal } from './status.ts';
import { standsOn } from './strictest-rpo.ts';

/** What is found out once for all nodes that are looked at together. */
export interface Look {
  readonly now: Instant;
  readonly look: Forecast;
  readonly stuck: ReadonlySet<NodeId>;
}

/** A node as people see it. */
export function nodeView(s: State, node: PlanNode, { now, look, stuck }: Look): NodeView {
  const state = s.nodes[node.id]!;
  const step = stepOf(s, node, state);
  const loss = lossView(s, node, state);
  const budgetOf = budgetView(s, node, state, { now, stuck });
  const [rto, mtpd] = [budgetOf('rto'), budgetOf('mtpd')];
  const expectedAt = isTerminal(state.status) || s.ending ? undefined : now + look.nodes.get(node.id)!.finish;
  const { why, startedAt, endedAt, verifiedAt, recoveredUpTo, newestRecord } = state;
  return {
    id: node.id,
    kind: node.kind,
    title: node.title,
    status: state.status,
    degraded: state.degraded === true,
    unverified: state.unverified === true,
    objectives: node.objectives ?? {},
    ...(isRolledBack(s, node) && { rolledBack: true as const }),
    ...waitingOf(s, node, state),
    ...(node.placement && { runsOn: s.hosts?.[node.placement.key]?.name ?? node.placement.label }),
    steps: { done: state.step, total: node.steps.length },
    checks: state.checks ?? [],
    made: state.made ?? [],
    ...(step && { step }),
    ...(loss && { loss }),
    ...(rto && { rto }),
    ...(mtpd && { mtpd }),
    ...defined({ why, startedAt, endedAt, verifiedAt, recoveredUpTo, newestRecord, expectedAt }),
  };
}

/** Only the keys that have a value. */
function defined<T extends Record<string, unknown>>(
  object: T,
): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as never;
}

/** A function is there no more when something that it stands on was rolled back. */
const isRolledBack = (s: State, { id, kind }: PlanNode): boolean =>
  kind === 'function'
    ? [...standsOn(s.plan, id)].some((under) => s.nodes[under]!.rolledBack)
    : s.nodes[id]!.rolledBack === true;

/** What it still waits for, what of that is only wanted, and whether it leads to where there is no way back. */
function waitingOf(
  s: State,
  node: PlanNode,
  state: NodeState,
): Pick<NodeView, 'waitsFor' | 'wants' | 'noReturn'> {
  if (isTerminal(state.status)) return { waitsFor: [] };
  const missing = (ids: readonly NodeId[]) => ids.filter((id) => s.nodes[id]!.status !== 'passed');
  const needs = missing(node.needs);
  const wants = missing(node.wants).filter((id) => !state.without?.includes(id));
  return {
    waitsFor: [...needs, ...wants],
    ...(wants.length > 0 && { wants }),
    ...(node.steps.some((step) => step.noReturn) && { noReturn: true }),
  };
}

function stepOf(s: State, node: PlanNode, state: NodeState): NodeView['step'] {
  const step = node.steps[state.step];
  if (!step || isTerminal(state.status)) return undefined;
  const path = pathOf(node, step);
  const open = Object.values(s.open).find(
    (one) => one.path === path && (one.ask === undefined || !isDo(step)),
  );
  if (!open || state.steps[stepKey(step)]?.state !== 'under-way') return undefined;
  return { path, title: step.title, try: open.id, since: workedAtSince(open) ?? open.at, takes: step.takes };
}

function lossView(s: State, node: PlanNode, state: NodeState): NodeView['loss'] {
  const amount = node.kind === 'function' ? lossOfFunction(s, node.id) : lossOf(s, node.id);
  if (amount === undefined) return undefined;
  const objective = node.kind === 'function' ? node.objectives?.rpo : s.agenda.rpo.get(node.id);
  const { newestRecord } = state;
  return {
    amount,
    accepted: state.lossAccepted === true,
    ...(objective !== undefined && { objective }),
    ...(newestRecord !== undefined && { newestAge: Math.max(0, writesStopped(s, node.id) - newestRecord) }),
  };
}

/** What does not come by itself is not on track, however much time is left. */
const budgetView =
  (s: State, node: PlanNode, state: NodeState, { now, stuck }: Omit<Look, 'look'>) =>
  (name: 'rto' | 'mtpd'): BudgetView | undefined => {
    const objective = node.objectives?.[name];
    if (objective === undefined) return undefined;
    const recovered = state.status === 'passed';
    const used = (recovered ? state.endedAt! : now) - clockStart(s);
    const left = objective - used;
    const expected: Standing = stuck.has(node.id) ? 'at-risk' : (state.budget?.[name] ?? 'on-track');
    return { objective, standing: left < 0 ? 'missed' : recovered ? 'met' : expected, left, used };
  };
