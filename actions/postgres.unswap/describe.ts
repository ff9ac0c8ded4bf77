import { z } from 'zod';
import type { Description } from '../action.ts';
import { connectionField, databaseName } from '../postgres/session-fields.ts';

export const description = {
  name: 'postgres.unswap',
  summary:
    'Puts back the database that postgres.swap of this run has set aside; what was restored stays under another name until it is cleaned up.',
  input: z.strictObject({
    connection: connectionField(),
    database: databaseName().describe('The name under which the restored one serves.'),
  }),
  outputs: { database: 'string', undone: 'string', putBack: 'boolean' },
  findings: { value: 'boolean', putBack: 'boolean' },
  provesByItself: true,
  touches: 'data',
  rerun: 'idempotent',
} as const satisfies Description;
