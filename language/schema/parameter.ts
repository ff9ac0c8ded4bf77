import { z } from 'zod';
import { text } from './scalars.ts';

/** A value that is given when a plan is made, with `--param NAME=VALUE`. */
export const parameter = z
  .strictObject({
    type: z
      .enum(['string', 'number', 'boolean', 'time'])
      .default('string')
      .describe('What the value is. A `time` is `latest` or an ISO 8601 moment with its zone.'),
    description: z.exactOptional(text).describe('What it means, for whoever has to give it.'),
    pattern: z
      .exactOptional(text)
      .describe('A JavaScript regular expression (flag `u`) that the whole text must match.'),
    choices: z.exactOptional(z.array(text).min(1)).describe('The texts that are possible.'),
    default: z
      .exactOptional(text)
      .describe('Taken when none is given. Without it the parameter must be given.'),
  })
  .describe('A value that is given when a plan is made.');
