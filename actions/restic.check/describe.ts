import { z } from 'zod';
import type { Description } from '../action.ts';
import { repositoryFields, resticExits } from '../restic/repository.ts';

export const description = {
  name: 'restic.check',
  summary: 'Checks a restic repository: its structure, and as much of its data as it is told to read.',
  input: z.strictObject({
    ...repositoryFields,
    read: z
      .string()
      .regex(/^(\d{1,3}(\.\d+)?%|\d+\/\d+|\d+[KMGT])$/, 'must be a share such as 10%, 1/7 or 500M')
      .optional()
      .describe('How much of the data is read: `10%`, `1/7`, `500M`. Default: none, the structure alone.'),
  }),
  outputs: {},
  findings: { value: 'boolean', whole: 'boolean' },
  provesByItself: true,
  expects: { whole: true },
  touches: 'nothing',
  rerun: 'idempotent',
  exits: { restic: resticExits },
} as const satisfies Description;
