import type { NodeId } from '../names.ts';
import type { Instant } from '../units.ts';
import type { State } from './state.ts';

export type TimeObjective = 'rto' | 'mtpd';
export const timeObjectives: readonly TimeObjective[] = ['rto', 'mtpd'];

/** When the clock of the time objectives started: at the disruption, or at the declaration; in a rehearsal at its start. */
export function clockStart(s: State): Instant {
  return s.plan.mode === 'live' ? s.moments[s.plan.clock].at : s.start;
}

/** When an objective of a node ends; undefined where it has none. */
export function deadline(s: State, id: NodeId, objective: TimeObjective): Instant | undefined {
  const length = s.plan.nodes[id]!.objectives?.[objective];
  return length === undefined ? undefined : clockStart(s) + length;
}
