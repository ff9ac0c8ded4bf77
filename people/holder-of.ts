import type { Person } from '../core/names.ts';
import type { KeyId, Roster } from '../core/roster.ts';

/** The person of a roster for whom a key speaks, the sealed one of break-glass included. */
export function holderOf(roster: Roster, id: KeyId): Person | undefined {
  const people = Object.entries(roster.people);
  const holder = people.find(([, { keys }]) => keys.some((key) => key.id === id))?.[0];
  return holder ?? (roster.breakGlass?.key.id === id ? roster.breakGlass.person : undefined);
}
