import { z } from 'zod';
import type { Description } from '../action.ts';
import { duration, hostAndPort } from '../field.ts';

export const description = {
  name: 'tcp.check',
  summary: 'Proves that something accepts connections at an address.',
  input: z.strictObject({
    address: hostAndPort().describe('HOST:PORT; an IPv6 address in brackets: [::1]:5432.'),
    timeout: duration().prefault('5s').describe('How long one look may take. Repeating is for `within`.'),
  }),
  outputs: {},
  findings: { value: 'boolean', accepts: 'boolean', milliseconds: 'number' },
  provesByItself: true,
  expects: { accepts: true },
  touches: 'nothing',
  rerun: 'idempotent',
} as const satisfies Description;
