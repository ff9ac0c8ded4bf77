import type { Choice } from '../../core/ask.ts';
import type { Person } from '../../core/names.ts';
import type { AskView, RunView, SeatsView } from '../../core/view.ts';
import { seatsWords, whyNot } from './asks.ts';

/** So many names are said of those who could sit somewhere. */
const mostNamed = 6;

/**
 * Whether an ask waits for a person: a seat is free that she could fill, she is there and has not voted. Where no
 * roster says who is who, it waits for everybody who is not known to be excluded.
 */
export function isFor(ask: AskView, person: Person, view: RunView): boolean {
  if (whyNot(ask, person, view) !== undefined) return false;
  return ask.seats === undefined || wanted(ask).some((seats) => hasSeat(seats, person));
}

/** Whether a person can make a choice: also one that turns the matter down, which waits for nobody. */
export function mayChoose(ask: AskView, choice: Choice, person: Person, view: RunView): boolean {
  const seats = ask.seats?.find((one) => one.choice === choice.name);
  return seats ? hasSeat(seats, person) : isFor(ask, person, view);
}

const hasSeat = ({ free }: SeatsView, person: Person): boolean =>
  free.some(({ people }) => people.includes(person));

/** The choices that an ask waits for: a rejection only where there is nothing else to say. */
function wanted({ ask, seats = [] }: AskView): readonly SeatsView[] {
  const rejecting = new Set(ask.choices.filter(({ rejects }) => rejects).map(({ name }) => name));
  const others = seats.filter(({ choice }) => !rejecting.has(choice));
  return others.length > 0 ? others : seats;
}

/** `2 × operator: bea, cy`: the seats that are still free and who could fill them; nothing where nobody knows. */
export function whomWords(ask: AskView): string {
  const choices = wanted(ask);
  // The one that people have begun to agree on is nearest.
  const seats = choices.find(({ choice }) => ask.votes.some((vote) => vote.choice === choice)) ?? choices[0];
  if (!seats) return '';
  const { missing, free } = seats;
  const places = free.reduce((sum, { count }) => sum + count, 0);
  const several = free.length > 1 && places > missing ? `${missing} of ` : '';
  const parts = free.map(({ role, count, people }) => {
    const seat = seatsWords({ by: [{ role, count: Math.min(count, missing) }] });
    return `${seat}: ${named(people)}`;
  });
  return several + parts.join('; ');
}

function named(people: readonly Person[]): string {
  if (people.length === 0) return 'NOBODY IS THERE';
  const more = people.length - mostNamed;
  return [...people.slice(0, mostNamed), ...(more > 0 ? [`${more} more`] : [])].join(', ');
}
