import type { Seat } from './ask.ts';
import type { Channel, Person, Role } from './names.ts';
import type { Member, Roster } from './roster.ts';
import { seatAll } from './seating.ts';
import type { Instant } from './units.ts';
import { canProve } from './vouch.ts';

/** What decides, beside the roster, who may sit where. */
export interface Standing {
  readonly at: Instant;
  /** The roles to which the ladder of the ask has come; `deputy` for all deputies. */
  readonly rungs: readonly Role[];
  /** Undefined while nobody has started the run. */
  readonly starter?: Person;
  readonly commander?: Person;
  /** Who has said that she is there, where that was asked: they count, and nobody else, whatever the dates say. */
  readonly present?: readonly Person[];
}

/** Each place of an ask once: a seat with a count is as many places. */
export const placesOf = (seats: readonly Seat[]): Seat[] =>
  seats.flatMap((seat) => Array.from({ length: seat.count }, () => seat));

/** Whether a person of the roster may fill a seat: by a role, by the ladder, or as a deputy. */
export function maySit(roster: Roster, seat: Seat, by: Person, standing: Standing): boolean {
  const member = Object.hasOwn(roster.people, by) ? roster.people[by] : undefined;
  if (!member) return false;
  const roles = [seat.role].flat();
  const { rungs, starter, commander } = standing;
  const has = (role: Role) => role === 'anyone' || member.roles.includes(role);
  return (
    roles.some(has) ||
    rungs.some(has) ||
    (roles.includes('starter') && by === starter) ||
    (roles.includes('commander') && by === commander) ||
    roles.some((role) => standsIn(roster, role, by, standing))
  );
}

/** A deputy sits for those who are absent, or for everybody once the ladder says so. */
const standsIn = ({ people }: Roster, role: Role, by: Person, { at, rungs }: Standing): boolean =>
  Object.values(people).some(
    (member) =>
      member.roles.includes(role) &&
      member.deputies.includes(by) &&
      (rungs.includes('deputy') || isAbsent(member, at)),
  );

export const isAbsent = ({ absent }: Member, at: Instant): boolean =>
  absent.some(({ from, until }) => from <= at && at < until);

const isThere = (person: Person, member: Member, { at, present }: Standing): boolean =>
  present ? present.includes(person) : !isAbsent(member, at);

/** Who may answer: the seats, who sits on none of them, and the channels; without them, all. */
export interface Who {
  readonly by: readonly Seat[];
  readonly not: readonly Role[];
  readonly channels?: readonly Channel[];
}

/** The people whom the words of `not` exclude; nobody's name is known before the start. */
export const excludedBy = (
  not: readonly Role[],
  { starter, commander }: Pick<Standing, 'starter' | 'commander'>,
): Person[] => [
  ...(not.includes('starter') && starter !== undefined ? [starter] : []),
  ...(not.includes('commander') && commander !== undefined ? [commander] : []),
];

/** The people who are there, can prove who they are over one of the channels, and may fill a seat at least. */
export function eligible(roster: Roster, { by, not, channels }: Who, standing: Standing): Person[] {
  const excluded = excludedBy(not, standing);
  return Object.entries(roster.people).flatMap(([person, member]) =>
    isThere(person, member, standing) &&
    !excluded.includes(person) &&
    canProve(roster, member, channels) &&
    by.some((seat) => maySit(roster, seat, person, standing))
      ? [person]
      : [],
  );
}

/** Whether distinct people who are there could fill all seats at once. */
export function fillable(roster: Roster, who: Who, standing: Standing): boolean {
  const people = eligible(roster, who, standing);
  const takers = placesOf(who.by).map((seat) =>
    people.flatMap((person, index) => (maySit(roster, seat, person, standing) ? [index] : [])),
  );
  return seatAll(takers) !== undefined;
}
