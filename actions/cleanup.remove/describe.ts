import { z } from 'zod';
import type { Description } from '../action.ts';
import { absolutePath } from '../field.ts';

export const description = {
  name: 'cleanup.remove',
  summary:
    'Deletes what a run which is over has set aside, and builds that it never finished: only what its notes or its marker call its own.',
  input: z.strictObject({
    run: z.string().min(1).describe('The id of that run.'),
    places: z.array(absolutePath()).default([]).describe('The directories, as people were shown them.'),
    databases: z.array(z.string()).default([]).describe('The databases, as people were shown them.'),
  }),
  outputs: { removed: 'number' },
  findings: { value: 'number', removed: 'number', left: 'number' },
  provesByItself: true,
  touches: 'data',
  rerun: 'idempotent',
  onHost: true,
  internal: true,
} as const satisfies Description;
