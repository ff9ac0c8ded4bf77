import type { Ask, Choice, Seat, Then } from '../../core/ask.ts';
import type { Plan, QuestionKind } from '../../core/plan.ts';
import { choice, leaveOut, plainAsk } from './asks.ts';
import type { Draft } from './draft.ts';

/** The questions of a run; where nobody is there, with the answers that they give themselves. */
export function questionsOf(draft: Draft): Plan['questions'] {
  const { remind } = draft.runbook;
  const asked = ofMode(draft);
  if (remind === undefined) return asked;
  const reminded = Object.entries(asked).map(([kind, ask]) => [kind, { ...ask, remind }]);
  return Object.fromEntries(reminded) as Plan['questions'];
}

function ofMode({ mode, attended }: Draft): Plan['questions'] {
  if (mode === 'live')
    return {
      ...questions,
      failed: byTwo(questions.failed, ['done', 'skip']),
      unknown: byTwo(questions.unknown),
      gone: byTwo(questions.gone, ['elsewhere', 'anew', 'leave-out']),
    };
  if (attended) return questions;
  const answered = Object.entries(questions).map(([kind, ask]) => [
    kind,
    { ...ask, auto: answersOfTheNight[kind as QuestionKind] },
  ]);
  return Object.fromEntries(answered) as Plan['questions'];
}

const two: readonly Seat[] = [{ role: 'anyone', count: 2 }];

const retry = choice('retry', 'Try it again', { on: 'step', set: 'retry' });
const done = choice('done', 'It was done by hand; what follows is still verified', {
  on: 'step',
  set: 'done',
});

/** In a live run nobody alone says that something was done, or what becomes of what nobody knows. */
const byTwo = (ask: Ask, names?: readonly string[]): Ask => ({
  ...ask,
  choices: ask.choices.map((one) => (names && !names.includes(one.name) ? one : { ...one, by: two })),
});

const several = (name: string, title: string, then: readonly Then[]): Choice => ({
  ...choice(name, title, undefined),
  then,
});

const question = (title: string, choices: Ask['choices']): Ask => ({
  ...plainAsk,
  kind: 'question',
  title,
  choices,
});

/** What a run asks when something does not go as planned. The kernel leaves out what a guard forbids. */
const questions: Plan['questions'] = {
  failed: question('The step failed. What now?', [
    retry,
    done,
    choice('skip', 'Go on without this step', { on: 'step', set: 'skip' }),
    leaveOut,
  ]),
  unknown: question('Nobody can know how the step ended. Look at what it left: was it done?', [
    done,
    retry,
    leaveOut,
  ]),
  slow: question('The step takes longer than planned. Wait, or stop it?', [
    choice('wait', 'Let it work; ask again later', { on: 'step', set: 'wait' }),
    choice('stop', 'Stop it; it counts as failed', { on: 'step', set: 'stop' }),
  ]),
  gone: question('A worker host says nothing. What now?', [
    choice('wait', 'Wait for it; ask again later', { on: 'node', set: 'awaitHost' }),
    several('elsewhere', 'Nothing runs there any more, I attest it: go on elsewhere from this step', [
      { on: 'node', set: 'rebind' },
    ]),
    several('anew', 'Nothing runs there any more, I attest it: begin the system again elsewhere', [
      { on: 'node', set: 'rebind' },
      { on: 'node', set: 'anew' },
    ]),
    several('leave-out', 'Leave it out; what needs it stays blocked', [
      { on: 'node', set: 'abandon' },
      { on: 'node', set: 'leaveOut' },
    ]),
  ]),
  want: question('Something that is wanted does not come. Go on without it, or wait?', [
    choice('go-on', 'Go on without it, degraded', { on: 'node', set: 'goOn' }),
    choice('wait', 'Wait for it', { on: 'node', set: 'wait' }),
  ]),
  proposal: question('A change is proposed. Do you agree?', [
    choice('approve', 'Agree', undefined, two),
    { ...choice('reject', 'Reject it', undefined), rejects: true },
  ]),
  loss: question('More data was lost than the objective allows. Build on it?', [
    choice('accept', 'Accept the loss', { on: 'node', set: 'accept' }),
    leaveOut,
  ]),
};

/** How questions answer themselves where nobody is there. What runs too long gets a quarter of an hour more. */
const answersOfTheNight: Readonly<Record<QuestionKind, NonNullable<Ask['auto']>>> = {
  failed: { choice: 'leave-out', after: 0 },
  unknown: { choice: 'leave-out', after: 0 },
  slow: { choice: 'stop', after: 15 * 60_000 },
  gone: { choice: 'leave-out', after: 15 * 60_000 },
  want: { choice: 'go-on', after: 0 },
  loss: { choice: 'leave-out', after: 0 },
  proposal: { choice: 'reject', after: 0 },
};
