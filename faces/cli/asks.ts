import type { Person, Role } from '../../core/names.ts';
import { type Answers, bringsAnswers, type Choice, type Seat } from '../../core/ask.ts';
import type { AskView, NodeView, RunView } from '../../core/view.ts';
import { plainWords } from './live/readable.ts';
import { hasEnded } from './live/words.ts';
import { typed } from './typed.ts';

const verbs: ReadonlySet<string> = new Set([
  'begin',
  'approve',
  'reject',
  'retry',
  'done',
  'skip',
  'leave-out',
  'object',
]);

/** What people type to mean an ask: its gate or system, or `system/step`, whatever no other ask can be meant by. */
export function askName(ask: AskView, asks: readonly AskView[]): string {
  const { node, question } = ask.about;
  const step = stepName(ask);
  const ofNode = question === undefined || question === 'break-glass';
  const short = ofNode ? [node, step] : [step, node];
  const names = [...short, ask.try].filter((name) => name !== undefined);
  return (
    names.find((name) => asks.every((other) => other.try === ask.try || !isMeant(other, name))) ?? ask.try
  );
}

function stepName({ about }: AskView): string | undefined {
  const [name, , , step] = about.path?.split('/') ?? [];
  return step === undefined ? undefined : `${name}/${step}`;
}

/** What an ask asks; the words for everything that is wanted do not say what that is. */
export const askTitle = ({ about, ask }: Pick<AskView, 'about' | 'ask'>): string =>
  plainWords(about.without === undefined ? ask.title : `${about.without}: ${ask.title}`);

/** Is this the ask that somebody means by what they typed? */
export function isMeant(ask: AskView, typed: string): boolean {
  const { node, path } = ask.about;
  const [name, , , step] = path?.split('/') ?? [];
  return [ask.try, node, path, name, step, stepName(ask)].includes(typed);
}

/** What to call a run by: a live one exists once, so its runbook's name says it. */
export const runName = (view: Pick<RunView, 'mode' | 'run' | 'runbook'>): string =>
  view.mode === 'live' ? view.runbook.name : view.run;

/** The choices that people have; one with no seats is made by the run alone. */
export const choicesOf = ({ ask }: Pick<AskView, 'ask'>): readonly Choice[] =>
  ask.choices.filter(({ by }) => by.length > 0);

/** The answers that were given with a choice already, which whoever votes for it confirms. */
export const answersBefore = ({ votes }: AskView, { name }: Choice): Answers | undefined =>
  votes.find(({ choice, answers }) => choice === name && answers)?.answers;

/** What to type for a choice of an ask. */
export function commandFor(ask: AskView, choice: Choice, view: RunView): string {
  // Only a broken glass can be objected to: its gate, asked beside it, is not meant.
  const rivals =
    choice.name === 'object'
      ? view.asks.filter((one) => choicesOf(one).some(({ name }) => name === 'object'))
      : view.asks;
  const name = askName(ask, rivals);
  const named = verbs.has(choice.name) ? typed`${choice.name} ${name}` : typed`answer ${name} ${choice.name}`;
  const answers =
    !bringsAnswers(choice) || answersBefore(ask, choice)
      ? ''
      : Object.entries(ask.ask.answers)
          .filter(([, shape]) => !shape.optional)
          .map(([key]) => typed` --answer ${key}=…`)
          .join('');
  const reason = choice.rejects || choice.reason === 'required' ? ' --reason "…"' : '';
  return `muster ${named}${typed` ${runName(view)}`}${answers}${reason}`;
}

/** Gates that stay shut until somebody asks them again: they wait for people, too, though nothing is asked. */
export const shutNodes = (view: RunView): readonly NodeView[] =>
  hasEnded(view) ? [] : [...view.nodes, ...view.inner].filter(({ status }) => status === 'shut');

/** What to type to ask a gate again that is shut. */
export const retryCommand = (shut: NodeView, view: RunView): string =>
  typed`muster retry ${shut.id} ${runName(view)} --reason "…"`;

/** Why a person cannot answer an ask, as far as a face can see; the run itself decides. */
export function whyNot(ask: AskView, person: Person, view: RunView): string | undefined {
  if (ask.votes.some((vote) => vote.by === person)) return 'not you: you have voted';
  const excluded = (role: string) => ask.ask.not.includes(role);
  if (excluded('starter') && view.startedBy === person) return 'not you: you started it';
  if (excluded('commander') && view.commander === person) return 'not you: you command it';
  return undefined;
}

const seatWords = ({ role, count }: Seat): string => {
  const who = typeof role === 'string' ? role : role.join(' or ');
  return count === 1 ? who : `${count} × ${who}`;
};

/** `, not the starter or commander`: who is on no seat; nothing where nobody is excluded. */
export const notWords = (not: readonly Role[]): string =>
  not.length > 0 ? `, not the ${not.join(' or ')}` : '';

/** `anyone`, `2 × anyone`, `dba and network`: who must agree to a choice. */
export const seatsWords = (choice: Pick<Choice, 'by'>): string =>
  choice.by.map(seatWords).join(' and ') || 'nobody';

/** `Begin again (by 2 people: 2 × dba)`: what a choice means, and whom it takes where one person is not enough. */
export function choiceWords(choice: Choice): string {
  const people = choice.by.reduce((sum, { count }) => sum + count, 0);
  return `${plainWords(choice.title)}${people > 1 ? ` (by ${people} people: ${seatsWords(choice)})` : ''}`;
}
