import { z } from 'zod';
import type { Description } from '../action.ts';
import { pgbackrestExits } from '../pgbackrest/exits.ts';
import { repositoryFields } from '../pgbackrest/repository.ts';
import { clusterFields, clusterFindings, clusterOutputs } from '../postgres/cluster-fields.ts';

export const description = {
  name: 'pgbackrest.restore',
  summary:
    'Restores a PostgreSQL cluster by pgBackRest, to a time or to the end of the archive, and starts it; the old data directory is set aside.',
  input: z.strictObject({
    ...repositoryFields,
    ...clusterFields,
    set: z
      .string()
      .regex(/^\d{8}-\d{6}F(_\d{8}-\d{6}[DI])?$/, 'must be the label of a backup, such as 20240501-030400F')
      .optional()
      .describe('The label of the backup. Default: the newest that was complete by recoverTo.'),
    databases: z
      .array(z.string().regex(/^[^\s-]\S*$/))
      .default([])
      .describe(
        'Restores only these databases (and template1, postgres); the others are there and empty, for DROP DATABASE. Default: all.',
      ),
    processes: z
      .union([z.number(), z.string().regex(/^\d+$/)])
      .transform(Number)
      .pipe(z.number().int().min(1).max(999))
      .default(1)
      .describe('How many files are restored at a time.'),
  }),
  outputs: clusterOutputs,
  findings: clusterFindings,
  provesByItself: false,
  touches: 'data',
  rerun: 'once',
  starts: true,
  points: { id: 'set', moment: 'recoverTo' },
  exits: { pgbackrest: pgbackrestExits },
} as const satisfies Description;
