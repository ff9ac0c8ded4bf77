import { eligible, isAbsent } from '../../core/eligible.ts';
import type { Person, Role } from '../../core/names.ts';
import type { Member, Roster } from '../../core/roster.ts';
import { formatDuration, type Instant } from '../../core/units.ts';
import { safe } from './live/safe.ts';
import { table } from './table.ts';
import type { Clock } from './time.ts';

/** What a roster is shown with. */
export interface RosterSheet {
  readonly at: Instant;
  readonly clock: Clock;
  readonly columns: number;
}

/** Who could sit at a moment, by role. */
export function seatsOf(roster: Roster, at: Instant): Readonly<Record<Role, readonly Person[]>> {
  const roles = [...new Set(Object.values(roster.people).flatMap((member) => member.roles))].toSorted();
  return Object.fromEntries(
    roles.map((role) => [role, eligible(roster, { by: [{ role, count: 1 }], not: [] }, { at, rungs: [] })]),
  );
}

/** The people of a roster, who of them could decide what at a moment, and the keys, as three tables. */
export function rosterText(given: Roster, sheet: RosterSheet): string {
  const roster = safe(given);
  const tables = [peopleRows(roster, sheet), roleRows(roster, sheet.at), keyRows(roster)];
  return [
    [`roster ${roster.name} at ${sheet.clock.minute(sheet.at)}: ${summary(roster)}`, roster.digest],
    ...tables.map((rows) => table(rows, sheet.columns)),
  ]
    .map((lines) => lines.join('\n'))
    .join('\n\n');
}

function summary({ people, edges, breakGlass }: Roster): string {
  const count = (number: number, one: string, more: string) => `${number} ${number === 1 ? one : more}`;
  return [
    count(Object.keys(people).length, 'person', 'people'),
    count(Object.keys(edges).length, 'edge', 'edges'),
    breakGlass
      ? `break-glass by ${breakGlass.person} after ${formatDuration(breakGlass.wait)}`
      : 'no break-glass',
  ].join(', ');
}

const peopleRows = ({ people }: Roster, sheet: RosterSheet): string[][] => [
  ['PERSON', 'ROLES', 'KEYS', 'DEPUTIES', 'PRESENCE'],
  ...Object.entries(people).map(([person, member]) => [
    member.name === person ? person : `${person} (${member.name})`,
    member.roles.join(', ') || '-',
    String(member.keys.length),
    member.deputies.join(', ') || '-',
    presence(member, sheet),
  ]),
];

function presence(member: Member, { at, clock }: RosterSheet): string {
  if (!isAbsent(member, at)) return 'there';
  const ends = member.absent.filter(({ from, until }) => from <= at && at < until).map(({ until }) => until);
  return `absent until ${clock.minute(Math.max(...ends))}`;
}

const roleRows = (roster: Roster, at: Instant): string[][] => [
  ['ROLE', 'CAN DECIDE'],
  ...Object.entries(seatsOf(roster, at)).map(([role, people]) => [
    role,
    people
      .map((person) => (roster.people[person]!.roles.includes(role) ? person : `${person} (deputy)`))
      .join(', ') || 'NOBODY',
  ]),
];

const keyRows = ({ people, edges, breakGlass }: Roster): string[][] => [
  ['KEY OF', 'FINGERPRINT'],
  ...Object.entries(people).flatMap(([person, { keys }]) => keys.map(({ id }) => [person, id])),
  ...Object.entries(edges).map(([edge, { key, channels }]) => [`${edge} (${channels.join(', ')})`, key.id]),
  ...(breakGlass ? [['break-glass', breakGlass.key.id]] : []),
];
