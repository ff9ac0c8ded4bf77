import { z } from 'zod';
import type { Description } from '../action.ts';

export const description = {
  name: 'cleanup.sweep',
  summary:
    'Ends the servers that the run started and removes the directories and databases that bear its marker; nothing else is touched, and what is left is said.',
  input: z.strictObject({}),
  outputs: {},
  findings: { value: 'number', removed: 'number', ended: 'number' },
  provesByItself: true,
  touches: 'data',
  rerun: 'idempotent',
  onHost: true,
  internal: true,
} as const satisfies Description;
