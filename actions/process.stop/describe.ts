import { z } from 'zod';
import type { Description } from '../action.ts';
import { absolutePath, duration, hostAndPort } from '../field.ts';

export const description = {
  name: 'process.stop',
  summary: 'Stops the process that an identity file names, and no other that may have got its pid since.',
  input: z.strictObject({
    identity: absolutePath().describe('The identity file that process.start wrote.'),
    address: hostAndPort()
      .optional()
      .describe('Where it listens: the step passes only when nothing answers there any more.'),
    grace: duration().prefault('10s').describe('How long it may take to end by itself before it is killed.'),
  }),
  outputs: { stopped: 'boolean', alreadyStopped: 'boolean' },
  findings: { value: 'boolean', stopped: 'boolean', alreadyStopped: 'boolean' },
  provesByItself: true,
  touches: 'data',
  rerun: 'idempotent',
} as const satisfies Description;
