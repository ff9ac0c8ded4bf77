import type { Choice, Seat } from '../ask.ts';
import type { Person, Role } from '../names.ts';
import type { Member } from '../roster.ts';
import { seatAll } from '../seating.ts';
import type { OpenTry, Vote } from './snapshot.ts';
import type { State } from './state.ts';

type OpenAsk = NonNullable<OpenTry['ask']>;

/** Where a person would sit on a choice: the seats that she may fill, and the one that falls to her now. */
export interface Seated {
  readonly fills: readonly number[];
  readonly seat: number;
}

/**
 * Finds a seat for one more person beside those who voted for the choice before. Whoever sat down moves where
 * that makes room: what counts is that all can sit at once, each on a seat that she may fill.
 */
export function seatFor(
  s: State,
  open: OpenAsk,
  choice: Choice,
  by: Person,
): Seated | 'wrong-role' | 'no-seat' {
  const fills = seatsOf(choice.by).flatMap((seat, index) => (maySit(s, open, seat, by) ? [index] : []));
  if (fills.length === 0) return choice.by.length > 0 ? 'wrong-role' : 'no-seat';
  const all = seatAll([...votesFor(open.votes, choice).map((vote) => vote.fills), fills]);
  return all ? { fills, seat: all.at(-1)! } : 'no-seat';
}

/** Whether enough people voted for a choice: each of its seats is filled, or it rejects and one is enough. */
export const filled = (choice: Choice, votes: readonly Vote[]): boolean =>
  votesFor(votes, choice).length >= (choice.rejects ? 1 : seatsOf(choice.by).length);

const votesFor = (votes: readonly Vote[], choice: Choice): Vote[] =>
  votes.filter((vote) => vote.choice === choice.name);

const seatsOf = (by: readonly Seat[]): Seat[] =>
  by.flatMap((seat) => Array.from({ length: seat.count }, () => seat));

/** Without a roster nobody has a role: only the seats that need none can be filled. */
function maySit(s: State, open: OpenAsk, seat: Seat, by: Person): boolean {
  const roles = [seat.role].flat();
  const { roster } = s;
  if (!roster) return roles.includes('anyone');
  if (roles.includes('starter') && by === s.starter) return true;
  if (roles.includes('commander') && by === s.commander) return true;
  const person = Object.hasOwn(roster.people, by) ? roster.people[by] : undefined;
  if (!person) return false;
  const has = (role: Role) => role === 'anyone' || person.roles.includes(role);
  return roles.some(has) || rungs(open).some(has) || roles.some((role) => standsIn(s, open, role, by));
}

/** The roles to which the ladder of an ask has come. */
const rungs = ({ ask, told }: OpenAsk): Role[] => ask.escalate.slice(0, told).map(({ to }) => to);

/** A deputy sits for those who are absent, or for everybody once the ladder says so. */
function standsIn(s: State, open: OpenAsk, role: Role, by: Person): boolean {
  const everybody = rungs(open).includes('deputy');
  return Object.values(s.roster!.people).some(
    (member) =>
      member.roles.includes(role) && member.deputies.includes(by) && (everybody || isAbsent(member, s.now)),
  );
}

const isAbsent = ({ absent }: Member, at: number): boolean =>
  absent.some(({ from, until }) => from <= at && at < until);
