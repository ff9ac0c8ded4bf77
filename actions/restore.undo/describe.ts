import { z } from 'zod';
import type { Description } from '../action.ts';
import { absolutePath } from '../field.ts';

export const description = {
  name: 'restore.undo',
  summary:
    'Puts back the directory that a restore of this run has replaced; what was restored is set aside, and stays until it is cleaned up.',
  input: z.strictObject({
    destination: absolutePath().describe('The directory that was restored. Stop first whatever works in it.'),
  }),
  outputs: { directory: 'string', undone: 'string', putBack: 'boolean' },
  findings: { value: 'boolean', putBack: 'boolean' },
  provesByItself: true,
  touches: 'data',
  rerun: 'idempotent',
} as const satisfies Description;
