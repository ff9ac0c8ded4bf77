import { z } from 'zod';
import type { Description } from '../action.ts';
import { maybeSecret, wholeNumber } from '../field.ts';

export const description = {
  name: 'redis.stop',
  summary: 'Stops a Redis server, and passes only when nothing answers at its port any more.',
  input: z.strictObject({
    port: wholeNumber({ min: 1, max: 65_535 }).describe('The port that it listens on.'),
    password: maybeSecret().optional().describe('Its password, as a reference such as `file:/path`.'),
    save: z
      .union([z.boolean(), z.enum(['true', 'false']).transform((text) => text === 'true')])
      .describe('Whether it writes its memory to its data directory before it ends.'),
  }),
  outputs: { stopped: 'boolean', alreadyStopped: 'boolean' },
  findings: { value: 'boolean', stopped: 'boolean', alreadyStopped: 'boolean' },
  provesByItself: true,
  touches: 'data',
  rerun: 'idempotent',
} as const satisfies Description;
