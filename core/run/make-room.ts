import { forecast } from '../forecast.ts';
import type { NodeId } from '../names.ts';
import type { State } from './state.ts';

/** A step ended: whoever waits for its place, or for what it occupied, is looked at again. */
export function makeRoom(s: State, capacity: boolean): void {
  const [first] = s.agenda.queued;
  if (first !== undefined && s.heldBy === undefined) {
    s.agenda.queued.delete(first);
    s.agenda.dirty.add(first);
  }
  if (!capacity || s.agenda.short.size === 0) return;
  for (const id of mostUrgentFirst(s, [...s.agenda.short])) s.agenda.dirty.add(id);
  s.agenda.short.clear();
}

/** Of those that wait for the same scarce thing, the one that may start latest waits longest. */
function mostUrgentFirst(s: State, ids: readonly NodeId[]): NodeId[] {
  s.agenda.ranks ??= new Map(
    [...forecast(s.plan).nodes].map(([id, { latestStart }]) => [id, latestStart ?? Infinity]),
  );
  const rank = (id: NodeId) => s.agenda.ranks!.get(id) ?? Infinity;
  return ids.toSorted((a, b) => (rank(a) === rank(b) ? 0 : rank(a) - rank(b)));
}
