import type { EventBody, RunStatus } from '../event.ts';
import { budgetsNow } from './budgets.ts';
import type { State } from './state.ts';
import { targetsOf } from './targets.ts';

/** What follows for the run as a whole: on hold or not, on its way to the end, at its end. */
export function nextOfRun(s: State): EventBody[] {
  if (s.end !== undefined) return [];
  const late = budgetsNow(s);
  if (late.length > 0) return late;
  const status = s.agenda.unfinished > 0 ? whileRunning(s) : atTheEnd(s);
  if (status === undefined || status === s.status) return [];
  const why = s.endingWhy;
  return [{ type: 'became', of: 'run', status, ...(why !== undefined && { why }) }];
}

function whileRunning(s: State): RunStatus {
  if (s.ending) return 'ending';
  return s.heldBy === undefined ? 'running' : 'on-hold';
}

/** A run ends when all is terminal, no ask is open and its claims are given back. */
function atTheEnd(s: State): RunStatus | undefined {
  if (Object.keys(s.open).length > 0) return undefined;
  if (s.claim === 'held' && s.plan.claims.length > 0) return undefined;
  if (s.ending === 'abort') return 'failed';
  if (s.ending === 'stand-down') return 'stood-down';
  if (s.ending === 'cancel' || s.ending === 'rollback') return 'cancelled';
  return targetsOf(s.plan).every((node) => s.nodes[node.id]!.status === 'passed') ? 'recovered' : 'failed';
}
