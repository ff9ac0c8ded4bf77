import { z } from 'zod';
import type { Description } from '../action.ts';
import { absolutePath } from '../field.ts';
import { rcloneExits, remoteFields } from '../rclone/remote.ts';

export const description = {
  name: 'rclone.restore',
  summary:
    'Restores a directory from a dated copy at a remote of rclone, whole or in part: built beside, verified, swapped in; the old one is set aside.',
  input: z.strictObject({
    ...remoteFields,
    point: z
      .string()
      .regex(/^(?!\.\.?$)[^/]+$/, 'must be the name of a directory')
      .optional()
      .describe(
        'The name of the dated directory, such as 2024-05-01T03-00. Default: the newest, which a plan pins.',
      ),
    verify: z
      .enum(['manifest', 'source'])
      .default('manifest')
      .describe(
        'By NAME.sha256 beside the directory NAME, without which none is restored; or by reading the source a second time, which does not find what was damaged there.',
      ),
    include: z
      .array(z.string().regex(/^[^/](.*[^/])?$/s, 'must be a path below the directory'))
      .default([])
      .describe(
        'Restores only these files and directories, as paths below the dated directory. Default: all.',
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
  findings: { value: 'number', files: 'number', bytes: 'number', mismatches: 'number' },
  provesByItself: false,
  touches: 'data',
  rerun: 'once',
  points: { id: 'point' },
  exits: { rclone: rcloneExits },
} as const satisfies Description;
