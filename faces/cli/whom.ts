import { type Choice, turnsDown } from '../../core/ask.ts';
import type { Person } from '../../core/names.ts';
import type { AskView, RunView, SeatsView } from '../../core/view.ts';
import { choicesOf, seatsWords, whyNot } from './asks.ts';

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

/** Whether all that a person can say to an ask is that it shall not be, or could not be done. */
export const mayOnlyTurnDown = (ask: AskView, person: Person, view: RunView): boolean =>
  ask.seats !== undefined &&
  !isFor(ask, person, view) &&
  choicesOf(ask).some((choice) => mayChoose(ask, choice, person, view));

/** The choices that an ask waits for: to turn it down only where there is nothing else to say. */
function wanted({ ask, seats = [] }: AskView): readonly SeatsView[] {
  const down = new Set(ask.choices.filter(turnsDown).map(({ name }) => name));
  const others = seats.filter(({ choice }) => !down.has(choice));
  return others.length > 0 ? others : seats;
}

/**
 * `2 × operator (bea, cy) and dba (linus)`: the seats that are still free and who could fill them; nothing where nobody
 * knows. Where more are free than people are missing, `1 of operator (bea) or dba (linus)`.
 */
export function whomWords(ask: AskView): string {
  const choices = wanted(ask);
  // The one that people have begun to agree on is nearest.
  const seats = choices.find(({ choice }) => ask.votes.some((vote) => vote.choice === choice)) ?? choices[0];
  if (!seats) return '';
  const { missing } = seats;
  const free = fillable(seats);
  const several = free.length > 1 && places(free) > missing;
  const parts = free.map(({ role, count, people }) => {
    const seat = seatsWords({ by: [{ role, count: Math.min(count, missing) }] });
    return `${seat} (${named(people)})`;
  });
  return several ? `${missing} of ${parts.join(' or ')}` : parts.join(' and ');
}

/** Of the free seats those that somebody could fill; all, where they are not enough for those who are missing. */
function fillable({ free, missing }: SeatsView): SeatsView['free'] {
  const taken = free.filter(({ people }) => people.length > 0);
  return places(taken) >= missing ? taken : free;
}

const places = (free: SeatsView['free']): number => free.reduce((sum, { count }) => sum + count, 0);

function named(people: readonly Person[]): string {
  if (people.length === 0) return 'NOBODY IS THERE';
  const more = people.length - mostNamed;
  return [...people.slice(0, mostNamed), ...(more > 0 ? [`${more} more`] : [])].join(', ');
}
