import type { EventBody } from '../event.ts';
import type { NodeId } from '../plan.ts';
import type { Instant } from '../units.ts';
import type { State } from './state.ts';
import { isTerminal } from './status.ts';

type Objective = 'rto' | 'mtpd';
const objectives: readonly Objective[] = ['rto', 'mtpd'];

/** When the clock of the time objectives started: at the disruption, or at the declaration; in a rehearsal at its start. */
export function clockStart(s: State): Instant {
  return s.plan.mode === 'live' ? s.moments[s.plan.clock].at : s.start;
}

/** When an objective of a node ends; undefined where it has none. */
export function deadline(s: State, id: NodeId, objective: Objective): Instant | undefined {
  const length = s.plan.nodes[id]!.objectives?.[objective];
  return length === undefined ? undefined : clockStart(s) + length;
}

/** What a node's time objectives say when it has just been recovered. */
export function budgetsAtPass(s: State, id: NodeId): EventBody[] {
  return objectives.flatMap((objective): EventBody[] => {
    const end = deadline(s, id, objective);
    if (end === undefined || s.nodes[id]!.budget?.[objective] === 'missed') return [];
    return [{ type: 'budget', of: id, objective, standing: s.now <= end ? 'met' : 'missed' }];
  });
}

/** Objectives that are overdrawn now and were not told so. A missed objective informs; it stops nothing. */
export function overdrawn(s: State): EventBody[] {
  if (s.agenda.budgetAt !== undefined && s.agenda.budgetAt > s.now) return [];
  const bodies: EventBody[] = [];
  let next = Infinity;
  for (const id of s.agenda.budgeted) {
    if (isTerminal(s.nodes[id]!.status)) continue;
    for (const objective of objectives) {
      const end = deadline(s, id, objective);
      if (end === undefined || s.nodes[id]!.budget?.[objective] === 'missed') continue;
      if (s.now > end) bodies.push({ type: 'budget', of: id, objective, standing: 'missed' });
      else next = Math.min(next, end + 1);
    }
  }
  if (bodies.length === 0) s.agenda.budgetAt = next;
  return bodies;
}

/** When a time objective is next due; Infinity where none is. */
export const nextBudget = (s: State): Instant | undefined =>
  s.end === undefined ? s.agenda.budgetAt : undefined;
