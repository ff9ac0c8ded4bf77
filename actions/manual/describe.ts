import { z } from 'zod';
import type { Description } from '../action.ts';

const types = ['string', 'number', 'boolean', 'time', 'choice'] as const;

const flag = z.union([z.boolean(), z.enum(['true', 'false']).transform((text) => text === 'true')]);

const answer = z
  .strictObject({
    type: z.enum(types).describe('What kind of answer it is.'),
    choices: z.array(z.string()).min(1).optional().describe('What may be answered, of type choice.'),
    description: z.string().optional().describe('What is asked.'),
    optional: flag.optional().describe('It may be left unanswered.'),
  })
  .refine(({ type, choices }) => (type === 'choice') === (choices !== undefined), {
    path: ['choices'],
    message: 'choices stand with type: choice, and only there',
  });

const seat = z.strictObject({
  role: z.union([z.string(), z.array(z.string()).min(1)]).describe('The role, or one of several.'),
  count: z
    .union([z.number().int().min(1), z.string().regex(/^[1-9]\d*$/)])
    .transform(Number)
    .optional()
    .describe('How many distinct people. Default: 1.'),
});

export const description = {
  name: 'manual',
  summary:
    'Asks a person to do something that no action does, and to say with typed answers that it is done. Who is on it says so first; the time that it takes is counted from then.',
  input: z.strictObject({
    instructions: z.string().min(1).describe('What to do, and how to see that it is done.'),
    answers: z
      .record(z.string().regex(/^[a-zA-Z][\w-]*$/), answer)
      .default({})
      .describe(
        `What must be answered, by name; later steps may refer to it. Each is { type: ${types.join(' or ')}, description, optional: true }; with type: choice also choices, a list.`,
      ),
    by: z.array(seat).min(1).optional().describe('Who confirms, a list of { role, count }. Default: anyone.'),
  }),
  outputs: {},
  outputsFrom: 'answers',
  findings: {},
  provesByItself: true,
  touches: 'data',
  rerun: 'once',
  asksPeople: true,
} as const satisfies Description;
