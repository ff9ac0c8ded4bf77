import { z } from 'zod';
import type { Description } from '../action.ts';
import { absolutePath } from '../field.ts';
import { tarExits } from '../tar-exits.ts';

export const description = {
  name: 'files.restore',
  summary:
    'Restores a directory from an archive or a copy: built beside, verified file by file, swapped in; the old one is set aside.',
  input: z.strictObject({
    backup: absolutePath().describe('The backup: X.tar, X.tar.gz, X.tgz, or a directory X.'),
    manifest: absolutePath()
      .optional()
      .describe('SHA-256 of every file, as sha256sum writes it. Default: X.sha256 beside the backup.'),
    point: z
      .string()
      .min(1)
      .optional()
      .describe('The id that the backup must have: another one that took its place since is refused.'),
    include: z
      .array(
        z.string().regex(/^(?![/-])(?!.*(^|\/)\.\.?(\/|$)).*[^/]$/, 'must be a path below the directory'),
      )
      .default([])
      .describe('Restores only these files and directories, as paths below the directory. Default: all.'),
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
  findings: { value: 'number', files: 'number', bytes: 'number', mismatches: 'number' },
  provesByItself: false,
  touches: 'data',
  rerun: 'once',
  points: { id: 'point' },
  exits: { tar: tarExits },
} as const satisfies Description;
