import type { EventBody } from '../event.ts';
import type { Forecast } from '../forecast.ts';
import type { NodeId } from '../names.ts';
import type { Instant } from '../units.ts';
import { deadline, timeObjectives } from './clock.ts';
import { outlook } from './outlook.ts';
import type { State } from './state.ts';
import { isTerminal } from './status.ts';

/** The outlook is not made more often than this for its own sake. */
const lookEvery = 5_000;

/** What a node's time objectives say when it was recovered `at` a moment. */
export function budgetsAtPass(s: State, id: NodeId, at: Instant): EventBody[] {
  return timeObjectives.flatMap((objective): EventBody[] => {
    const end = deadline(s, id, objective);
    const said = s.nodes[id]!.budget?.[objective];
    if (end === undefined || said === 'missed' || said === 'met') return [];
    return [{ type: 'budget', of: id, objective, standing: at <= end ? 'met' : 'missed' }];
  });
}

/** What was recovered before a moment was corrected is judged by the new one. */
function recovered(s: State): EventBody[] {
  return s.agenda.budgeted
    .filter((id) => s.nodes[id]!.status === 'passed')
    .flatMap((id) => budgetsAtPass(s, id, s.nodes[id]!.endedAt!));
}

/**
 * Objectives that are missed now or are expected to be, each told once. A missed objective informs; it stops
 * nothing. Looked at only when the least slack may be used up.
 */
export function budgetsNow(s: State): EventBody[] {
  if (s.agenda.budgeted.length === 0 || (s.agenda.budgetAt ?? 0) > s.now) return [];
  const look = outlook(s, s.now);
  const bodies = [...missed(s), ...atRisk(s, look), ...recovered(s)];
  noteLateWants(s, look);
  if (bodies.length === 0) s.agenda.budgetAt = nextLook(s, look);
  return bodies;
}

function missed(s: State): EventBody[] {
  return unfinished(s).flatMap((id) =>
    timeObjectives.flatMap((objective): EventBody[] => {
      const end = deadline(s, id, objective);
      if (end === undefined || s.now <= end || s.nodes[id]!.budget?.[objective] === 'missed') return [];
      return [{ type: 'budget', of: id, objective, standing: 'missed' }];
    }),
  );
}

function atRisk(s: State, look: Forecast): EventBody[] {
  return look.budgets.flatMap(({ node, objective, met }): EventBody[] => {
    const state = s.nodes[node]!;
    if (met || isTerminal(state.status) || state.budget?.[objective] !== undefined) return [];
    if (s.now > deadline(s, node, objective)!) return [];
    return [{ type: 'budget', of: node, objective, standing: 'at-risk' }];
  });
}

/** Waiting for something that is wanted would miss an objective: people are asked about it. */
function noteLateWants(s: State, look: Forecast): void {
  for (const [id, { slack }] of look.nodes) {
    const waits = s.nodes[id]!.status === 'waits' && s.agenda.missing.get(id) === 0;
    if (!waits || slack === undefined || slack >= 0 || s.agenda.late.has(id)) continue;
    if (s.plan.nodes[id]!.wants.length === 0) continue;
    s.agenda.late.add(id);
    s.agenda.dirty.add(id);
  }
}

/** Nothing can come to be at risk before the least slack is used up. */
function nextLook(s: State, look: Forecast): Instant {
  let next = Infinity;
  for (const id of unfinished(s)) {
    for (const objective of timeObjectives) {
      const end = deadline(s, id, objective);
      if (end !== undefined && end >= s.now) next = Math.min(next, end + 1);
    }
  }
  for (const [id, { slack }] of look.nodes) {
    if (slack === undefined || slack <= 0 || isTerminal(s.nodes[id]!.status)) continue;
    next = Math.min(next, s.now + Math.max(slack + 1, lookEvery));
  }
  return next;
}

const unfinished = (s: State): NodeId[] => s.agenda.budgeted.filter((id) => !isTerminal(s.nodes[id]!.status));

/** When a time objective is next due; Infinity where none is. */
export const nextBudget = (s: State): Instant | undefined =>
  s.end === undefined ? s.agenda.budgetAt : undefined;
