import { z } from 'zod';
import type { Description } from '../action.ts';

export const description = {
  name: 'runbook',
  summary:
    'Runs another runbook as a run of its own: in the same mode, from the same disruption on, with the same people. The step waits until it has recovered what it is for.',
  input: z.strictObject({
    file: z
      .string()
      .min(1)
      .describe('The other runbook, as seen from the file that names it. It is read when the plan is made.'),
    parameters: z
      .record(z.string(), z.string())
      .default({})
      .describe('Its parameters, by name. A recoverTo that both have goes down by itself.'),
    from: z
      .string()
      .min(1)
      .optional()
      .describe(
        'Its site that was lost. Default: its site of the same name as the source, where it has one.',
      ),
    to: z
      .string()
      .min(1)
      .optional()
      .describe(
        'Its site to recover at. Default: its site of the same name as the target. A rehearsal goes to an isolated one.',
      ),
  }),
  outputs: { run: 'string', ending: 'string', rtaSeconds: 'number', lossSeconds: 'number' },
  findings: { ending: 'string', late: 'boolean', rtaSeconds: 'number', lossSeconds: 'number' },
  expects: { ending: 'recovered' },
  provesByItself: true,
  touches: 'data',
  rerun: 'once',
  literal: ['file'],
  onHost: true,
  startsRun: true,
} as const satisfies Description;
