import { type AnswerShape, type Answers, bringsAnswers, type Choice } from '../../../core/ask.ts';
import type { AskView, RunView } from '../../../core/view.ts';
import { answerValue, answerWords } from '../../cli/answer-value.ts';
import { askName, askTitle } from '../../cli/asks.ts';
import { modeWord } from '../../cli/live/words.ts';
import type { Button } from './ask-card.ts';
import { section } from './message.ts';
import { data, plain } from './mrkdwn.ts';
import type { Fields } from './request.ts';

/** The modal that asks for what a choice needs. */
export function formOf(view: RunView, ask: AskView, choice: Choice, reason = ''): object {
  const says: Button = { run: view.run, ask: ask.try, choice: choice.name, rests: ask.rests, form: true };
  const answers = bringsAnswers(choice) ? Object.entries(ask.ask.answers) : [];
  const name = askName(ask, view.asks);
  return {
    type: 'modal',
    callback_id: 'decide',
    private_metadata: JSON.stringify(says),
    title: plainText(modeWord[view.mode], 24),
    submit: plainText(choice.title, 24),
    close: plainText('Back', 24),
    blocks: [
      section(`*${data(view.runbook.name)}  ${data(name)}: ${data(choice.title)}*\n${data(askTitle(ask))}`),
      ...answers.map(([key, shape]) => input(answerBlock + key, shape.description ?? key, shape)),
      {
        ...input(reasonBlock, 'The reason: it stands in the record', {
          type: 'string',
          ...(choice.reason === 'optional' && !choice.rejects && { optional: true }),
        }),
        element: {
          ...{ type: 'plain_text_input', action_id: 'string', multiline: true, max_length: 2_000 },
          ...(reason !== '' && { initial_value: reason.slice(0, 2_000) }),
        },
      },
    ],
  };
}

/** What was filled in, or by block what is wrong with it. */
export function filledIn(
  fields: Fields,
):
  | { readonly reason: string; readonly answers: Answers }
  | { readonly wrong: Readonly<Record<string, string>> } {
  const answers: Record<string, Answers[string]> = {};
  const wrong: Record<string, string> = {};
  for (const [block, { element, value }] of Object.entries(fields)) {
    if (!block.startsWith(answerBlock) || value === null || value.trim() === '') continue;
    const shape = shapeOf(element, value);
    const answer = answerValue(value.trim(), shape);
    if (answer === undefined) wrong[block] = `It must be ${answerWords(shape)}.`;
    else answers[block.slice(answerBlock.length)] = answer;
  }
  if (Object.keys(wrong).length > 0) return { wrong };
  return { reason: fields[reasonBlock]?.value?.trim() ?? '', answers };
}

const reasonBlock = 'reason';
const answerBlock = 'answer:';

const types: ReadonlySet<string> = new Set(['string', 'number', 'boolean', 'time', 'choice']);

/** The id of an element is the type of its answer; whether a choice is one of those asked for, the run checks. */
const shapeOf = (element: string, value: string): AnswerShape => {
  const type = (types.has(element) ? element : 'string') as AnswerShape['type'];
  return type === 'choice' ? { type, choices: [value] } : { type };
};

const plainText = (text: string, limit: number) => ({
  type: 'plain_text',
  text: plain(text, limit),
  emoji: false,
});

function input(block: string, label: string, shape: AnswerShape): object {
  return {
    type: 'input',
    block_id: block.slice(0, 255),
    label: plainText(label, 200),
    optional: shape.optional === true,
    element: elementFor(shape),
  };
}

function elementFor(shape: AnswerShape): object {
  const action_id = shape.type;
  switch (shape.type) {
    case 'number':
      return { type: 'number_input', action_id, is_decimal_allowed: true };
    case 'time':
      return { type: 'datetimepicker', action_id };
    case 'boolean':
      return { type: 'static_select', action_id, options: ['yes', 'no'].map(option) };
    case 'choice':
      return listable(shape.choices)
        ? { type: 'static_select', action_id, options: shape.choices.map(option) }
        : { type: 'plain_text_input', action_id };
    case 'string':
      return { type: 'plain_text_input', action_id, max_length: 3_000 };
  }
}

const option = (value: string) => ({ text: plainText(value, 75), value });

/** Slack lists a hundred options of 150 characters; others are typed. */
const listable = (choices: readonly string[] = []): choices is readonly string[] =>
  choices.length > 0 && choices.length <= 100 && choices.every(({ length }) => length <= 150);
