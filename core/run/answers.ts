import { type AnswerShape, type Answers, answersText, type Choice } from '../ask.ts';
import { canonical } from '../canonical.ts';
import type { Vote } from './snapshot.ts';

/** Why answers do not have the shape that an ask wants; undefined when they do. */
export function answersProblem(
  shapes: Readonly<Record<string, AnswerShape>>,
  answers: Answers,
): string | undefined {
  const unknown = Object.keys(answers).find((key) => !Object.hasOwn(shapes, key));
  if (unknown !== undefined) return `nobody asked for "${unknown}"`;
  for (const [key, shape] of Object.entries(shapes)) {
    const value = Object.hasOwn(answers, key) ? answers[key] : undefined;
    if (value === undefined || value === null) {
      if (shape.optional) continue;
      return `the answer "${key}" (${shape.type}) is missing`;
    }
    if (!fits(shape, value))
      return `the answer "${key}" must be ${wanted(shape)}, not ${JSON.stringify(value)}`;
  }
  return undefined;
}

/** The answers that were given with a choice already: whoever votes for it now confirms them. */
export const answersGiven = (votes: readonly Vote[], { name }: Choice): Vote | undefined =>
  votes.find(({ choice, answers }) => choice === name && answers !== undefined);

/** Why somebody cannot give other answers than those before her; undefined where she says the same, or nothing. */
export function differs({ by, answers: given = {} }: Vote, answers: Answers): string | undefined {
  if (Object.keys(answers).length === 0 || canonical(given) === canonical(answers)) return undefined;
  return `${by} answered ${answersText(given)} before: answer the same, or nothing, to confirm that; or turn it down`;
}

function fits(shape: AnswerShape, value: string | number | boolean): boolean {
  switch (shape.type) {
    case 'string':
      return typeof value === 'string' && value.trim() !== '';
    case 'number':
      return typeof value === 'number' && Number.isFinite(value);
    case 'boolean':
      return typeof value === 'boolean';
    case 'time':
      return typeof value === 'string' && !Number.isNaN(Date.parse(value));
    case 'choice':
      return typeof value === 'string' && (shape.choices ?? []).includes(value);
    default:
      return shape.type satisfies never;
  }
}

const wanted = (shape: AnswerShape): string =>
  shape.type === 'choice' ? `one of ${(shape.choices ?? []).join(', ')}` : `a ${shape.type}`;
