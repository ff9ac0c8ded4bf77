import type { Shown } from '../shown.ts';
import type { NodeId } from '../names.ts';
import { pathOf, type AskStep, type PlanNode } from '../plan.ts';
import { deadline, timeObjectives } from './clock.ts';
import { outlook } from './outlook.ts';
import type { State } from './state.ts';
import { standsOn } from './strictest-rpo.ts';

/** Of what there may be thousands, people are shown so many. */
const mostShown = 50;

/** What people are shown when a step asks them: what it rests on, what a yes sets free and what waiting costs. */
export function shownBy(s: State, node: PlanNode, step: AskStep): Shown {
  const rests = [...node.needs, ...node.wants];
  const releases =
    node.kind === 'gate'
      ? (s.agenda.dependents.get(node.id) ?? []).map((edge) => edge.to)
      : node.steps.slice(node.steps.indexOf(step) + 1).map((later) => pathOf(node, later));
  const decides = step.ask.kind === 'gate' || step.ask.kind === 'declaration';
  const under = decides ? dataUnder(s, node, rests) : [];
  const ifNow = decides ? ifOpenedNow(s, node, step) : undefined;
  return {
    rests: [...rests, ...under].map((id) => showNode(s, id)),
    releases,
    ...(ifNow && { ifNow }),
  };
}

/** How a node stands, as people are shown it. */
export function showNode(s: State, id: NodeId): Shown['rests'][number] {
  const { status, degraded, verifiedAt, recoveredUpTo, point } = s.nodes[id]!;
  return {
    node: id,
    status: degraded ? `${status}, degraded` : status,
    ...(verifiedAt !== undefined && { verifiedAt }),
    ...(recoveredUpTo !== undefined && { recoveredUpTo }),
    ...(point !== undefined && { point }),
  };
}

/** The data on which all rests that is named already, the oldest first. */
function dataUnder(s: State, { id }: PlanNode, named: readonly NodeId[]): NodeId[] {
  const upTo = (one: NodeId) => s.nodes[one]!.recoveredUpTo;
  return [...standsOn(s.plan, id)]
    .filter((one) => upTo(one) !== undefined && !named.includes(one))
    .sort((a, b) => upTo(a)! - upTo(b)!)
    .slice(0, mostShown);
}

/** Longer than any run. */
const ages = 1_000 * 365 * 86_400_000;

/**
 * Forecasts the run with the gate opened at once, and opened after ages: what is there only then stands behind
 * it, and how long it takes after the opening is what it needs before its deadline.
 */
function ifOpenedNow(s: State, { id, steps }: PlanNode, step: AskStep): Shown['ifNow'] {
  const rest = steps.slice(steps.indexOf(step) + 1).reduce((sum, { takes }) => sum + takes, 0);
  const { recovered } = outlook(s, s.now, { node: id, left: rest });
  if (recovered === 0) return undefined; // all is there
  // Where the clock of the objectives starts with the declaration, waiting for it costs none.
  const free = step.ask.kind === 'declaration' && s.plan.clock === 'declaration';
  const late = outlook(s, s.now, { node: id, left: ages + rest });
  const openBy = (free ? [] : s.agenda.budgeted).flatMap((node) => {
    const after = late.nodes.get(node)!.finish - ages;
    return timeObjectives.flatMap((objective) => {
      const end = deadline(s, node, objective);
      return end === undefined || after < 0 ? [] : [{ node, objective, at: end - after }];
    });
  });
  return { finish: s.now + recovered, openBy: openBy.sort((a, b) => a.at - b.at).slice(0, mostShown) };
}
