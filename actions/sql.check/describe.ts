import { z } from 'zod';
import type { Description } from '../action.ts';
import { duration, maybeSecret } from '../field.ts';

export const description = {
  name: 'sql.check',
  summary: 'Asks a PostgreSQL database one question in a read-only transaction.',
  input: z.strictObject({
    connection: maybeSecret().describe(
      'How to connect: postgresql://… or host=… dbname=…; env:NAME or file:/path to keep a password out of the runbook.',
    ),
    query: z.string().min(1).describe('One statement. Its first column of the first row is the value.'),
    timeout: duration().prefault('10s').describe('How long one look may take. Repeating is for `within`.'),
  }),
  outputs: { value: 'any', rows: 'number' },
  findings: { value: 'any', rows: 'number' },
  provesByItself: false,
  touches: 'nothing',
  rerun: 'idempotent',
} as const satisfies Description;
