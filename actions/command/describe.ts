import { z } from 'zod';
import type { Description } from '../action.ts';
import { absolutePath, environment } from '../field.ts';

export const description = {
  name: 'command',
  summary:
    'Runs one program with its arguments. There is no shell: each argument arrives as it is. An output is never cut: a stdout longer than 4,000 characters is none.',
  input: z.strictObject({
    argv: z
      .array(z.string().refine((text) => !text.includes('\0'), 'must not contain a NUL character'))
      .min(1)
      .describe('The program and its arguments, one element each.'),
    cwd: absolutePath().optional().describe('The directory to run in. Default: a directory of the step.'),
    env: environment().describe(
      'Variables beside those of the worker. A value env:NAME or file:/path is looked up at the last moment.',
    ),
    stdin: z
      .string()
      .optional()
      .describe('What the program reads from its standard input. Default: nothing.'),
  }),
  outputs: { stdout: 'string', exit: 'number' },
  findings: { value: 'string', exit: 'number', stdout: 'string', stderr: 'string' },
  expects: { exit: 0 },
  provesByItself: false,
  touches: 'nothing',
  rerun: 'once',
  enters: true,
  unmarked: true,
} as const satisfies Description;
