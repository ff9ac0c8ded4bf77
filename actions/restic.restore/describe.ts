import { z } from 'zod';
import type { Description } from '../action.ts';
import { absolutePath } from '../field.ts';
import { repositoryFields, resticExits } from '../restic/repository.ts';

export const description = {
  name: 'restic.restore',
  summary:
    'Restores a directory from a restic snapshot, whole or in part: built beside, verified by restic, swapped in; the old one is set aside.',
  input: z.strictObject({
    ...repositoryFields,
    snapshot: z
      .string()
      .regex(/^([0-9a-f]{8,64}|latest)$/, 'must be the id of a snapshot, or latest')
      .optional()
      .describe('The id of the snapshot. Default: the newest that fits, which a plan pins.'),
    host: z.string().min(1).optional().describe('Only snapshots that were taken on this host.'),
    tags: z.array(z.string().min(1)).default([]).describe('Only snapshots that bear all these tags.'),
    path: absolutePath()
      .optional()
      .describe('The directory in the snapshot that is restored. Default: its only path.'),
    include: z
      .array(z.string().regex(/^[^/-].*$/, 'must be a path below the directory'))
      .default([])
      .describe(
        'Restores only these, as paths below the directory; patterns as restic has them. Default: all.',
      ),
    destination: absolutePath().describe('The directory to restore. What is there now is set aside.'),
  }),
  outputs: {
    directory: 'string',
    files: 'number',
    bytes: 'number',
    aside: 'string',
    point: 'string',
    recoveredUpTo: 'time',
  },
  findings: { value: 'number', files: 'number', bytes: 'number' },
  provesByItself: false,
  touches: 'data',
  rerun: 'once',
  points: { id: 'snapshot' },
  exits: { restic: resticExits },
} as const satisfies Description;
