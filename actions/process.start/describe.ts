import { z } from 'zod';
import type { Description } from '../action.ts';
import { absolutePath, environment } from '../field.ts';

export const description = {
  name: 'process.start',
  summary:
    'Starts a server that outlives the step, once: where its identity file names one that lives, nothing is started.',
  input: z.strictObject({
    argv: z
      .array(z.string().refine((text) => !text.includes('\0'), 'must not contain a NUL character'))
      .min(1)
      .describe('The program and its arguments, one element each. It must stay in the foreground.'),
    identity: absolutePath().describe(
      'The file that says which process it is (pid, start, boot), for process.stop and for the next start.',
    ),
    log: absolutePath()
      .optional()
      .describe('Where its output goes. Default: the identity file with .log added.'),
    cwd: absolutePath().optional().describe('The directory to run in. Default: that of the identity file.'),
    env: environment().describe(
      'Variables beside those of the worker. A value env:NAME or file:/path is looked up at the last moment.',
    ),
  }),
  outputs: { pid: 'number', alreadyRunning: 'boolean' },
  findings: { value: 'number', pid: 'number', alreadyRunning: 'boolean' },
  provesByItself: false,
  touches: 'data',
  rerun: 'idempotent',
  starts: true,
} as const satisfies Description;
