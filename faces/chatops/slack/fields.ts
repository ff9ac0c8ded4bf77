import type { AnswerShape, Answers } from '../../../core/ask.ts';
import type { Scalar } from '../../../core/value.ts';
import { answerValue, answerWords } from '../../cli/answer-value.ts';
import { plain } from './mrkdwn.ts';
import type { Fields } from './request.ts';

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

export const reasonBlock = 'reason';
const answerBlock = 'answer:';

/** Keeps a form open, and says by block what is wrong with it. */
export const wrong = (errors: Readonly<Record<string, string>>) => ({
  body: { response_action: 'errors', errors },
});

const types: ReadonlySet<string> = new Set(['string', 'number', 'boolean', 'time', 'choice']);

/** The id of an element is the type of its answer; whether a choice is one of those asked for, the run checks. */
const shapeOf = (element: string, value: string): AnswerShape => {
  const type = (types.has(element) ? element : 'string') as AnswerShape['type'];
  return type === 'choice' ? { type, choices: [value] } : { type };
};

export const plainText = (text: string, limit: number) => ({
  type: 'plain_text',
  text: plain(text, limit),
  emoji: false,
});

/** Asks for one typed answer; `filledIn` gives it by this key. */
export const answerInput = (key: string, label: string, shape: AnswerShape, given?: Scalar): object =>
  input(answerBlock + key, label, shape, given);

/** Asks why. */
export const reasonInput = (required: boolean, given: string): object => ({
  ...input(reasonBlock, 'The reason: it stands in the record', {
    type: 'string',
    ...(!required && { optional: true }),
  }),
  element: {
    ...{ type: 'plain_text_input', action_id: 'string', multiline: true, max_length: 2_000 },
    ...(given !== '' && { initial_value: given.slice(0, 2_000) }),
  },
});

function input(block: string, label: string, shape: AnswerShape, given?: Scalar): object {
  return {
    type: 'input',
    block_id: block.slice(0, 255),
    label: plainText(label, 200),
    optional: shape.optional === true,
    element: { ...elementFor(shape), ...(given !== undefined && initial(shape, given)) },
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

/** What is filled in when a form is opened. */
function initial(shape: AnswerShape, given: Scalar): object {
  switch (shape.type) {
    case 'time':
      return { initial_date_time: Math.floor(Date.parse(String(given)) / 1_000) };
    case 'boolean':
      return { initial_option: option(given === true ? 'yes' : 'no') };
    case 'choice':
      return listable(shape.choices)
        ? { initial_option: option(String(given)) }
        : { initial_value: String(given) };
    case 'number':
    case 'string':
      return { initial_value: String(given) };
  }
}

const option = (value: string) => ({ text: plainText(value, 75), value });

/** Slack lists a hundred options of 150 characters; others are typed. */
const listable = (choices: readonly string[] = []): choices is readonly string[] =>
  choices.length > 0 && choices.length <= 100 && choices.every(({ length }) => length <= 150);
