import { z } from 'zod';
import type { Description } from '../action.ts';
import { recordFields, servers } from '../dns/lookup.ts';

export const description = {
  name: 'dns.check',
  summary:
    'Asks name servers for a record, each of them itself; where they differ, the finding says who says what.',
  input: z.strictObject({
    ...recordFields,
    servers: servers().describe('The name servers, as HOST:PORT.'),
  }),
  outputs: { value: 'string', ttl: 'number' },
  findings: { value: 'string', ttl: 'number', agree: 'boolean' },
  provesByItself: false,
  touches: 'nothing',
  rerun: 'idempotent',
} as const satisfies Description;
