import { type Answers, bringsAnswers, type Choice } from '../ask.ts';
import { excludedBy } from '../eligible.ts';
import type { Change } from '../change.ts';
import type { Decision, EventBody, Refusal } from '../event.ts';
import type { Person, Role } from '../names.ts';
import type { KeyId } from '../roster.ts';
import { answersGiven, answersProblem, differs } from './answers.ts';
import { called } from './called.ts';
import { conclude } from './asks.ts';
import { impossible } from './possible.ts';
import { commandTaken, mayPropose } from './command.ts';
import { same } from './same.ts';
import { bypass, needsSecond, openGlass, openProposal } from './second-person.ts';
import { filled, type OpenAsk, seatFor, type Seated, votesFor, votesThatCount } from './seats.ts';
import type { Tools } from './tools.ts';
import type { State } from './state.ts';

type Vote = Extract<Decision, { ask: string }>;
type Proposal = Extract<Decision, { propose: unknown }>;

/** A decision as it was signed: with the id of the key, where the run has a roster. */
export interface Signed {
  readonly decision: Decision;
  readonly key?: KeyId;
}

/**
 * What a well-formed and well-signed decision does: counted, or refused and recorded with the reason. A decision
 * whose id was decided before is answered again and changes nothing.
 */
export function admit(s: State, { decision, key }: Signed, tools: Tools): EventBody[] {
  if (Object.hasOwn(s.decided, decision.id)) return [];
  const voted: Voted = { type: 'voted', decision, ...(key !== undefined && { key }) };
  const refuse = (verdict: Refusal, why: string): EventBody => ({ ...voted, verdict, why });
  if (decision.expires < s.now) return [refuse('expired', 'it was meant to be counted earlier')];
  if (decision.issued < s.start - clocksDiffer)
    return [refuse('expired', 'it was signed before this run began')];
  if (key !== undefined && s.revoked.includes(key))
    return [refuse('key-revoked', `the key ${key} was revoked`)];
  const counted: Counted = { ...voted, verdict: 'counted' };
  return 'ask' in decision
    ? vote(s, decision, counted, refuse)
    : propose(s, decision, { counted, refuse, tools });
}

/** Clocks of people are never quite right; what was signed for a run of before is older than that. */
const clocksDiffer = 2 * 60_000;

type Voted = Omit<Extract<EventBody, { type: 'voted' }>, 'verdict'>;
type Counted = Voted & { readonly verdict: 'counted' };
interface Answering {
  readonly counted: Counted;
  readonly refuse: Refuse;
  readonly tools: Tools;
}
type Refuse = (verdict: Refusal, why: string) => EventBody;

/** What a person proposes takes effect at once, or when a second person agrees. */
function propose(s: State, decision: Proposal, { counted, refuse, tools }: Answering): EventBody[] {
  const { by, channel, reason } = decision;
  if (reason.trim() === '') return [refuse('reason-missing', 'a change needs a reason')];
  for (const change of decision.propose) {
    if (!mayPropose(s, by, change)) return [refuse('not-commander', commanderWords(s))];
    const why = impossible(s, change) ?? bypass(s, change);
    if (why !== undefined) return [refuse('not-possible', why)];
  }
  const [change] = decision.propose;
  if (change?.on === 'step' && needsSecond(s, change)) {
    const key = counted.key === undefined ? {} : { key: counted.key };
    const asked = openProposal(s, { change, by, channel, reason, ...key }, tools);
    if (asked.length > 0) return [counted, ...asked];
    const why = `something is proposed for ${called(change.path)} already: agree to it, or reject it`;
    return [refuse('not-possible', why)];
  }
  if (change?.on === 'step' && change.set === 'breakGlass')
    return breakGlass(s, decision, change, { counted, refuse, tools });
  const changed = decision.propose.map((change): EventBody => ({
    type: 'changed',
    change,
    by,
    channel,
    reason,
  }));
  return [counted, ...changed];
}

/** Only the sealed key breaks the glass: that it was taken out is what all must learn. */
function breakGlass(
  s: State,
  { by, channel, reason }: Proposal,
  change: Extract<Change, { on: 'step' }>,
  { counted, refuse, tools }: Answering,
): EventBody[] {
  const sealed = s.roster?.breakGlass;
  if (!sealed || counted.key !== sealed.key.id)
    return [refuse('wrong-role', 'only the sealed key of the roster breaks the glass')];
  const { step } = s.agenda.places.get(change.path)!;
  const problem = 'ask' in step ? answersProblem(step.ask.answers, change.outputs ?? {}) : undefined;
  if (problem !== undefined) return [refuse('answers-wrong', problem)];
  const asked = openGlass(s, { change, by, channel, reason }, sealed, tools);
  if (asked.length > 0) return [counted, ...asked];
  return [
    refuse(
      'not-possible',
      `the glass of ${called(change.path)} is broken already: it opens by itself unless somebody objects`,
    ),
  ];
}

function vote(s: State, decision: Vote, counted: Counted, refuse: Refuse): EventBody[] {
  const open = Object.hasOwn(s.open, decision.ask) ? s.open[decision.ask] : undefined;
  if (!open?.ask) return [refuse(wasOpened(s, decision.ask) ? 'closed' : 'not-open', 'it is not open now')];
  const choice = open.ask.ask.choices.find((candidate) => candidate.name === decision.choice);
  if (!choice) {
    const names = open.ask.ask.choices.map((candidate) => candidate.name).join(', ');
    return [refuse('no-such-choice', `the choices are ${names}`)];
  }
  const ask = { ...open.ask, votes: votesThatCount(s, open.ask) };
  const seated = seatOf(s, ask, choice, decision);
  if ('length' in seated) return [refuse(...seated)];
  const { by, channel, reason } = decision;
  const { fills } = seated;
  const votes = [...ask.votes, { by, choice: choice.name, channel, at: s.now, fills, reason }];
  if (choice.begins || !filled(choice, votes)) return [{ ...counted, ...seated }];
  const answers = answersGiven(ask.votes, choice)?.answers ?? decision.answers;
  const follows = conclude(open, choice, answers, { ...decision, voters: votesFor(votes, choice) });
  return [
    { ...counted, ...seated },
    ...follows,
    ...(choice.rejects ? [] : commandTaken(s, open.ask.ask, decision)),
  ];
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

/** The seat that falls to a vote, or why it fills none. */
function seatOf(s: State, ask: OpenAsk, choice: Choice, decision: Vote): Seated | [Refusal, string] {
  const { by, channel } = decision;
  if (ask.ask.channels && !ask.ask.channels.includes(channel)) {
    return ['channel-refused', `answers are taken from ${ask.ask.channels.join(', ')}`];
  }
  if (decision.rests !== ask.rests) return ['rests-changed', 'what it rests on is not what was shown'];
  if (choice.reason === 'required' && decision.reason.trim() === '')
    return ['reason-missing', 'a reason is needed'];
  if (excludedBy(ask.ask.not, s).some((one) => same(one, by)))
    return ['excluded', excludedWords(s, ask.ask.not, by)];
  if (ask.votes.some((earlier) => earlier.choice === choice.name && same(earlier.by, by))) {
    return ['already-voted', `${by} has voted for this already`];
  }
  const problem = bringsAnswers(choice) ? answersWrong(ask, choice, decision.answers) : undefined;
  if (problem !== undefined) return ['answers-wrong', problem];
  const seated = seatFor(s, ask, choice, by);
  if (seated === 'wrong-role') return [seated, `${by} has none of the roles that decide this`];
  return seated === 'no-seat' ? [seated, `no seat is left that ${by} could fill`] : seated;
}

function answersWrong({ ask, votes }: OpenAsk, choice: Choice, answers: Answers): string | undefined {
  const given = answersGiven(votes, choice);
  return given ? differs(given, answers) : answersProblem(ask.answers, answers);
}

/** By what somebody is excluded: she may be both. */
function excludedWords({ starter, commander }: State, not: readonly Role[], by: Person): string {
  const did = [
    not.includes('starter') && same(starter, by) ? 'started this run' : '',
    not.includes('commander') && same(commander, by) ? 'commands it' : '',
  ].filter((one) => one !== '');
  return `${by} ${did.join(' and ').replace(/^commands it$/, 'commands this run')}: somebody else must decide this`;
}

const commanderWords = ({ commander, roster }: State): string =>
  roster && !Object.hasOwn(roster.people, commander)
    ? 'nobody commands this run yet; until it is declared, whoever may declare it may do that'
    : `${commander} commands; only the commander or a deputy may do that`;
