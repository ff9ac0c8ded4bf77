import type { AnswerShape } from '../../core/ask.ts';
import type { Scalar } from '../../core/value.ts';

/** Reads one typed answer; undefined where the text is not of its shape. */
export function answerValue(text: string, shape: AnswerShape): Scalar | undefined {
  switch (shape.type) {
    case 'string':
      return text === '' ? undefined : text;
    case 'number':
      return text !== '' && Number.isFinite(Number(text)) ? Number(text) : undefined;
    case 'boolean':
      return { yes: true, true: true, y: true, no: false, false: false, n: false }[text.toLowerCase()];
    case 'time':
      return Number.isNaN(Date.parse(text)) ? undefined : new Date(text).toISOString();
    case 'choice':
      return shape.choices?.includes(text) ? text : undefined;
  }
}

/** What is wrong with what was given as an answer: it has another shape, or nothing was given. */
export const answerComplaint = (name: string, text: string, shape: AnswerShape): string =>
  `${name} ${text.trim() === '' ? 'is missing: it ' : ''}must be ${answerWords(shape)}.`;

/** What an answer should look like, for a prompt or an error. */
export function answerWords(shape: AnswerShape): string {
  switch (shape.type) {
    case 'string':
      return 'text';
    case 'number':
      return 'a number';
    case 'boolean':
      return 'yes or no';
    case 'time':
      return 'a time such as 2026-11-22T03:04:00Z';
    case 'choice':
      return (shape.choices ?? []).join(', ');
  }
}
