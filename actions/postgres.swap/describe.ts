import { z } from 'zod';
import type { Description } from '../action.ts';
import { connectionField, databaseName } from '../postgres/session-fields.ts';

export const description = {
  name: 'postgres.swap',
  summary:
    'Puts a database that this run has restored in the place of the one that serves, by two renames in one transaction; connections are ended, the old one is set aside.',
  input: z.strictObject({
    connection: connectionField(),
    database: databaseName().describe('The name under which it is to serve. What has it now is set aside.'),
    restored: databaseName().describe('The restored database: the output `database` of pgdump.restore.'),
  }),
  outputs: { database: 'string', aside: 'string', ended: 'number' },
  findings: { value: 'string', ended: 'number' },
  provesByItself: true,
  touches: 'data',
  rerun: 'once',
} as const satisfies Description;
