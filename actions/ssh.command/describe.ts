import { z } from 'zod';
import type { Description } from '../action.ts';
import { absolutePath, duration, environment } from '../field.ts';
import { plainPath, sshFields } from '../ssh/client.ts';
import { sshExits } from '../ssh/exits.ts';

const word = z.string().refine((text) => !text.includes('\0'), 'must not contain a NUL character');

export const description = {
  name: 'ssh.command',
  summary:
    "Runs one program or script on another host by the system's ssh, once: it outlives the connection and this host, and is found again. An output longer than 4,000 characters is none.",
  input: z
    .strictObject({
      ...sshFields,
      argv: z
        .array(word)
        .min(1)
        .optional()
        .describe('The program and its arguments, one element each; no shell there takes them apart.'),
      script: word
        .min(1)
        .max(100_000)
        .optional()
        .describe(
          'Instead of argv, the text of a script, run there with -eu. It holds no templates: values come through env.',
        ),
      shell: z
        .string()
        .min(1)
        .default('sh')
        .describe('The shell of the script, which understands -eu and -c.'),
      env: environment().describe(
        'Variables for the command. A value that is a reference to a secret is looked up here and handed over inside the connection.',
      ),
      cwd: absolutePath()
        .optional()
        .describe('The directory there to run in. Default: a directory of the step.'),
      directory: plainPath()
        .optional()
        .describe(
          'Where step directories lie there, on a local disk. Default: ~/.local/state/muster, or /var/lib/muster for root.',
        ),
      lostAfter: duration()
        .prefault('5m')
        .describe(
          'For how long the host may be out of reach, once the command may have begun, until its end is unknown.',
        ),
    })
    // Said of the field that holds no template, so that it is known before anything runs.
    .refine(({ argv, script }) => (argv === undefined) !== (script === undefined), {
      path: ['script'],
      message: 'must be there where argv is not, and not where it is',
    }),
  outputs: { output: 'string', exit: 'number', directory: 'string', bytes: 'number', sha256: 'string' },
  findings: { value: 'string', exit: 'number', output: 'string', bytes: 'number' },
  expects: { exit: 0 },
  exits: { ssh: sshExits },
  literal: ['script'],
  provesByItself: false,
  touches: 'nothing',
  rerun: 'once',
  enters: true,
  unmarked: true,
} as const satisfies Description;
