import { z } from 'zod';
import type { Description } from '../action.ts';
import { absolutePath } from '../field.ts';

export const description = {
  name: 'files.check',
  summary: 'Reads every file of a directory and compares it with a manifest as sha256sum writes it.',
  input: z.strictObject({
    directory: absolutePath().describe('The directory that is read. Symbolic links in it are not followed.'),
    manifest: absolutePath().describe(
      'The manifest: `SHA-256  path` for each file, paths from the directory.',
    ),
    extra: z
      .enum(['refuse', 'allow'])
      .default('refuse')
      .describe('Whether files that are not in the manifest may be there. They are counted in any case.'),
  }),
  outputs: { files: 'number', bytes: 'number' },
  findings: {
    value: 'number',
    expected: 'number',
    files: 'number',
    bytes: 'number',
    missing: 'number',
    extra: 'number',
    different: 'number',
    refused: 'number',
  },
  provesByItself: true,
  expects: { missing: 0, different: 0, refused: 0 },
  touches: 'nothing',
  rerun: 'idempotent',
} as const satisfies Description;
