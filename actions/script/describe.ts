import { z } from 'zod';
import type { Description } from '../action.ts';
import { absolutePath, environment } from '../field.ts';

export const description = {
  name: 'script',
  summary:
    'Runs a shell script that gets its values as environment variables only. An output is never cut: a stdout longer than 4,000 characters is none.',
  input: z.strictObject({
    script: z
      .string()
      .min(1)
      .max(100_000)
      .describe('The text of the script, run with -eu. It holds no templates: values come through env.'),
    env: environment().describe(
      'Variables for the script, the only way for values into it. A value env:NAME or file:/path is looked up at the last moment.',
    ),
    cwd: absolutePath().optional().describe('The directory to run in. Default: a directory of the step.'),
    shell: z.string().min(1).default('sh').describe('A shell that understands -eu and -c: sh, bash, dash.'),
  }),
  outputs: { stdout: 'string', exit: 'number' },
  findings: { value: 'string', exit: 'number', stdout: 'string', stderr: 'string' },
  expects: { exit: 0 },
  literal: ['script'],
  provesByItself: false,
  touches: 'nothing',
  rerun: 'once',
  enters: true,
  unmarked: true,
} as const satisfies Description;
