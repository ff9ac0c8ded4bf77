import { z } from 'zod';
import type { Description } from '../action.ts';
import { duration, maybeSecret } from '../field.ts';

export const description = {
  name: 'http.check',
  summary: 'Asks an HTTP server and looks at its answer. Redirects are not followed.',
  input: z.strictObject({
    url: z
      .url({ protocol: /^https?$/, error: 'must be a URL that begins with http:// or https://' })
      .describe('Where to ask.'),
    method: z.enum(['GET', 'HEAD', 'POST', 'PUT', 'OPTIONS']).default('GET').describe('How to ask.'),
    headers: z
      .record(z.string(), maybeSecret())
      .default({})
      .describe('Headers. A value env:NAME or file:/path is looked up at the last moment.'),
    body: z.string().optional().describe('What to send with POST or PUT.'),
    timeout: duration().prefault('10s').describe('How long one look may take. Repeating is for `within`.'),
  }),
  outputs: { status: 'number', body: 'string' },
  findings: { value: 'number', status: 'number', body: 'string' },
  provesByItself: false,
  touches: 'nothing',
  rerun: 'idempotent',
} as const satisfies Description;
