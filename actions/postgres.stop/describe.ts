import { z } from 'zod';
import type { Description } from '../action.ts';
import { absolutePath, duration, wholeNumber } from '../field.ts';

export const description = {
  name: 'postgres.stop',
  summary:
    'Stops the PostgreSQL server of a data directory, also where the directory is gone, and proves that it is stopped.',
  input: z.strictObject({
    dataDirectory: absolutePath().describe('The data directory of the server to stop.'),
    port: wholeNumber({ min: 1, max: 65_535 })
      .optional()
      .describe('Its port: the step passes only when nothing on this host answers there any more.'),
    grace: duration()
      .prefault('60s')
      .describe('How long a fast shutdown may take before the server is made to stop at once.'),
  }),
  outputs: { stopped: 'boolean', alreadyStopped: 'boolean' },
  findings: { value: 'boolean', stopped: 'boolean', alreadyStopped: 'boolean' },
  provesByItself: true,
  touches: 'data',
  rerun: 'idempotent',
} as const satisfies Description;
