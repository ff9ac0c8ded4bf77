import type { Change } from '../change.ts';
import type { Person } from '../names.ts';
import type { State } from './state.ts';

/**
 * Whether a person may say that. Where a roster proves who is who, a run is commanded by its commander and the
 * commander's deputies; notes, presence, and taking one's own key out of use are everybody's.
 */
export function mayPropose(s: State, by: Person, change: Change): boolean {
  const { roster } = s;
  if (!roster) return true;
  if (!Object.hasOwn(roster.people, by)) return false;
  if (change.on === 'step' && change.set === 'breakGlass') return true; // the sealed key alone is asked
  return commands(s, by) || (change.on === 'record' && isOnesOwn(s, by, change.set));
}

const commands = (s: State, by: Person): boolean =>
  by === s.commander || (s.roster?.people[s.commander]?.deputies.includes(by) ?? false);

function isOnesOwn(s: State, by: Person, set: Extract<Change, { on: 'record' }>['set']): boolean {
  if ('note' in set || 'present' in set) return true;
  if ('revoke' in set) return s.roster!.people[by]!.keys.some(({ id }) => id === set.revoke);
  return 'command' in set && s.offered?.to === by;
}
