import { z } from 'zod';
import type { Description } from '../action.ts';
import { absolutePath } from '../field.ts';
import { clusterFields, clusterFindings, clusterOutputs } from '../postgres/cluster-fields.ts';
import { postgresExits, verifyBackupExits } from '../postgres/exits.ts';
import { tarExits } from '../tar-exits.ts';

export const description = {
  name: 'postgres.restore',
  summary:
    'Restores a PostgreSQL cluster from a base backup and archived WAL, to a time or to the end, and starts it; the old data directory is set aside.',
  input: z.strictObject({
    repository: absolutePath().describe(
      'A directory with base/ID (a base backup, with base/ID.json beside it) and wal/ (the archived segments).',
    ),
    ...clusterFields,
    backup: z
      .string()
      .regex(/^[\w.@:+-]+$/)
      .optional()
      .describe('The ID of the base backup. Default: the newest that was finished by recoverTo.'),
  }),
  outputs: clusterOutputs,
  findings: clusterFindings,
  provesByItself: false,
  touches: 'data',
  rerun: 'once',
  starts: true,
  points: { id: 'backup', moment: 'recoverTo' },
  exits: { tar: tarExits, pg_verifybackup: verifyBackupExits, postgres: postgresExits },
} as const satisfies Description;
