import type { Choice, Seat } from '../ask.ts';
import { eligible, placesOf } from '../eligible.ts';
import type { Person } from '../names.ts';
import { seatAll } from '../seating.ts';
import type { Instant } from '../units.ts';
import { withoutKeys } from '../vouch.ts';
import type { SeatsView } from '../view.ts';
import type { OpenAsk } from './seats.ts';
import { rungsReached, votesFor, votesThatCount } from './seats.ts';
import type { State } from './state.ts';

/**
 * Tells of open asks which seats are still free, choice by choice, and who is there and could fill them; undefined
 * where no roster says who is who. Thousands of questions ask the same people: who they are is found out once.
 */
export function seatsTeller(s: State, at: Instant): ((open: OpenAsk) => readonly SeatsView[]) | undefined {
  if (!s.roster) return undefined;
  const roster = withoutKeys(s.roster, s.revoked);
  const known = new Map<string, readonly Person[]>();
  const peopleFor = (open: OpenAsk, seat: Seat): readonly Person[] => {
    const { not, channels } = open.ask;
    const rungs = rungsReached(open);
    const key = JSON.stringify([seat.role, not, channels, rungs]);
    const who = { by: [seat], not, ...(channels && { channels }) };
    const { starter, commander } = s;
    const people = known.get(key) ?? eligible(roster, who, { at, rungs, starter, commander });
    known.set(key, people);
    return people;
  };
  return (open) =>
    open.ask.choices
      .filter((choice) => !choice.begins && choice.by.length > 0)
      .map((choice) => seatsOf(s, open, choice, peopleFor));
}

function seatsOf(
  s: State,
  open: OpenAsk,
  choice: Choice,
  peopleFor: (open: OpenAsk, seat: Seat) => readonly Person[],
): SeatsView {
  const votes = votesFor(votesThatCount(s, open), choice);
  const free = choice.by.flatMap((seat, index) => {
    const count = mostFree(
      choice,
      index,
      votes.map(({ fills }) => fills),
    );
    if (count === 0) return [];
    const people = peopleFor(open, seat).filter((person) => !votes.some(({ by }) => by === person));
    return [{ role: seat.role, count, people }];
  });
  return { choice: choice.name, missing: placesOf(choice.by).length - votes.length, free };
}

/** How many places of a seat may still be free, wherever those who voted sit. */
function mostFree({ by }: Choice, index: number, fills: readonly (readonly number[])[]): number {
  const first = placesOf(by.slice(0, index)).length;
  for (let count = by[index]!.count; count > 0; count -= 1) {
    const elsewhere = fills.map((places) => places.filter((at) => at < first || at >= first + count));
    if (seatAll(elsewhere)) return count;
  }
  return 0;
}
