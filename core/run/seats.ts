import type { Choice, Seat } from '../ask.ts';
import { excludedBy, maySit, placesOf } from '../eligible.ts';
import type { Person, Role } from '../names.ts';
import { seatAll } from '../seating.ts';
import { same } from './same.ts';
import type { OpenTry, Vote } from './snapshot.ts';
import type { State } from './state.ts';

/** An ask as the run keeps it while it is open. */
export type OpenAsk = NonNullable<OpenTry['ask']>;

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
  const fills = placesOf(choice.by).flatMap((seat, index) => (sits(s, open, seat, by) ? [index] : []));
  if (fills.length === 0) return choice.by.length > 0 ? 'wrong-role' : 'no-seat';
  // Who takes over from another takes her seat.
  const others = choice.begins ? [] : votesFor(open.votes, choice);
  const all = seatAll([...others.map((vote) => vote.fills), fills]);
  return all ? { fills, seat: all.at(-1)! } : 'no-seat';
}

/** Whether enough people voted for a choice: each of its seats is filled, or it rejects and one is enough. */
export const filled = (choice: Choice, votes: readonly Vote[]): boolean =>
  votesFor(votes, choice).length >= (choice.rejects ? 1 : placesOf(choice.by).length);

/** Who has been given the command since she voted, where the commander may not, has no vote any more. */
export function votesThatCount(s: State, { ask, votes }: OpenAsk): Vote[] {
  const excluded = excludedBy(ask.not, s);
  return votes.filter(({ by }) => !excluded.some((one) => same(one, by)));
}

export const votesFor = (votes: readonly Vote[], choice: Choice): Vote[] =>
  votes.filter((vote) => vote.choice === choice.name);

/** Without a roster nobody has a role: only the seats that need none can be filled. */
function sits(s: State, open: OpenAsk, seat: Seat, by: Person): boolean {
  const { roster, starter, commander, now: at } = s;
  if (!roster) return [seat.role].flat().includes('anyone');
  return maySit(roster, seat, by, { at, rungs: rungsReached(open), starter, commander });
}

/** The roles to which the ladder of an ask has come. */
export const rungsReached = ({ ask, reached }: OpenAsk): Role[] =>
  ask.escalate.slice(0, reached.length).map(({ to }) => to);
