import type { Choice, Seat } from '../ask.ts';
import type { Decision, EventBody, Refusal } from '../event.ts';
import { answersProblem } from './answers.ts';
import { conclude } from './asks.ts';
import { impossible } from './possible.ts';
import type { OpenTry, Vote } from './snapshot.ts';
import type { State } from './state.ts';

type Vote1 = Extract<Decision, { ask: string }>;

/**
 * What a well-formed decision does: counted, or refused and recorded with the reason. A decision whose id
 * was decided before is answered again and changes nothing.
 */
export function admit(s: State, decision: Decision): EventBody[] {
  if (Object.hasOwn(s.decided, decision.id)) return [];
  if (decision.expires < s.now) return [refused(decision, 'expired', 'it was meant to be counted earlier')];
  return 'ask' in decision ? vote(s, decision) : propose(s, decision);
}

const refused = (decision: Decision, verdict: Refusal, why: string): EventBody => ({
  type: 'voted',
  decision,
  verdict,
  why,
});

/** What a person proposes takes effect at once in this version: one seat, held by the proposer. */
function propose(s: State, decision: Extract<Decision, { propose: unknown }>): EventBody[] {
  if (decision.reason.trim() === '') return [refused(decision, 'reason-missing', 'a change needs a reason')];
  for (const change of decision.propose) {
    const why = impossible(s, change);
    if (why !== undefined) return [refused(decision, 'not-possible', why)];
  }
  const changed = decision.propose.map((change): EventBody => ({
    type: 'changed',
    change,
    by: decision.by,
    channel: decision.channel,
    reason: decision.reason,
  }));
  return [{ type: 'voted', decision, verdict: 'counted' }, ...changed];
}

function vote(s: State, decision: Vote1): EventBody[] {
  const open = Object.hasOwn(s.open, decision.ask) ? s.open[decision.ask] : undefined;
  if (!open?.ask)
    return [refused(decision, wasOpened(s, decision.ask) ? 'closed' : 'not-open', 'it is not open now')];
  const choice = open.ask.ask.choices.find((candidate) => candidate.name === decision.choice);
  if (!choice) {
    const names = open.ask.ask.choices.map((candidate) => candidate.name).join(', ');
    return [refused(decision, 'no-such-choice', `the choices are ${names}`)];
  }
  const seat = seatFor(s, open, choice, decision);
  if (typeof seat !== 'number') return [refused(decision, ...seat)];
  const counted: EventBody = { type: 'voted', decision, seat, verdict: 'counted' };
  const votes = [...open.ask.votes, { by: decision.by, choice: choice.name, at: s.now, seat }];
  if (!filled(choice, votes)) return [counted];
  const answers = open.ask.answers ?? decision.answers;
  return [counted, ...conclude(open, choice, answers, decision)];
}

/** An opening that ended has a lower number than tries were minted, or was a question that was opened. */
function wasOpened(s: State, id: string): boolean {
  const subject = id.slice(0, id.lastIndexOf('#'));
  const place = s.agenda.places.get(subject);
  const number = Number(id.slice(id.lastIndexOf('#') + 1));
  if (place)
    return number <= (s.nodes[place.node.id]!.steps[`${place.step.phase}/${place.step.id}`]?.tries ?? 0);
  return subject.includes('?');
}

/** The number of the seat that a vote fills, or why it fills none. */
function seatFor(s: State, open: OpenTry, choice: Choice, decision: Vote1): number | [Refusal, string] {
  const { ask, rests, votes, answers } = open.ask!;
  if (ask.channels && !ask.channels.includes(decision.channel)) {
    return ['channel-refused', `answers are taken from ${ask.channels.join(', ')}`];
  }
  if (decision.rests !== rests) return ['rests-changed', 'what it rests on is not what was shown'];
  if (choice.reason === 'required' && decision.reason.trim() === '')
    return ['reason-missing', 'a reason is needed'];
  if (excluded(s, ask.not, decision.by))
    return ['excluded', `${decision.by} is among those who may not decide this`];
  if (votes.some((earlier) => earlier.choice === choice.name && same(earlier.by, decision.by))) {
    return ['already-voted', `${decision.by} has voted for this already`];
  }
  const problem = choice.rejects ? undefined : answersProblem(ask.answers, answers ?? decision.answers);
  if (problem !== undefined) return ['answers-wrong', problem];
  const taken = votes.filter((earlier) => earlier.choice === choice.name).map((earlier) => earlier.seat);
  const seats = seatsOf(choice.by);
  const free = seats.findIndex((_, index) => !taken.includes(index));
  return free >= 0 ? free : ['no-seat', 'every seat is filled'];
}

const seatsOf = (by: readonly Seat[]): Seat[] =>
  by.flatMap((seat) => Array.from({ length: seat.count }, () => seat));

const filled = (choice: Choice, votes: readonly Vote[]): boolean =>
  choice.rejects || votes.filter((vote) => vote.choice === choice.name).length >= seatsOf(choice.by).length;

function excluded(s: State, not: readonly string[], by: string): boolean {
  return (
    (not.includes('starter') && same(s.starter, by)) || (not.includes('commander') && same(s.commander, by))
  );
}

/** Names as typed are compared without case and outer space: `Ada ` and `ada` are one person. */
export const same = (a: string, b: string): boolean => a.trim().toLowerCase() === b.trim().toLowerCase();
