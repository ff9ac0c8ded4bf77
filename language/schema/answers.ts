import { z } from 'zod';
import type { AnswerShape } from '../../core/ask.ts';
import { flag, key, text } from './scalars.ts';

const types = ['string', 'number', 'boolean', 'time', 'choice'] as const;

const answer = z
  .strictObject({
    type: z.enum(types).describe('What kind of answer it is.'),
    choices: z.exactOptional(z.array(text).min(1)).describe('What may be answered, of type `choice` only.'),
    description: z.exactOptional(text).describe('What is asked.'),
    optional: z.exactOptional(flag).describe('It may be left unanswered; then no step can refer to it.'),
  })
  .transform(({ optional, ...shape }, context): AnswerShape => {
    if ((shape.type === 'choice') !== (shape.choices !== undefined)) {
      const message = 'Choices stand with type: choice, and only there.';
      const params = { code: 'MUSTER_SCHEMA_CHOICE' };
      context.issues.push({ code: 'custom', input: shape, message, params });
    }
    return { ...shape, ...(optional && { optional: true as const }) };
  })
  .describe('One typed answer.');

/** What people are asked beside yes or no, by name. */
export const answers = z.record(key, answer);
