import { z } from 'zod';
import type { Description } from '../action.ts';
import { duration } from '../field.ts';

const server = () => z.string().regex(/^[\w.:-]+$/, 'must be the name of a server');

export const description = {
  name: 'haproxy.switch',
  summary:
    'Sends the traffic of a backend of HAProxy to other servers, by its admin socket: the new ones are made ready and healthy before the old ones are drained.',
  input: z.strictObject({
    socket: z
      .string()
      .regex(/^(\/.+|.+:\d{1,5})$/, 'must be a path or HOST:PORT')
      .describe('The admin socket: a path, or HOST:PORT.'),
    backend: server().describe('The backend.'),
    to: z
      .array(server())
      .min(1)
      .describe('The servers that get the traffic; all others of the backend get none.'),
    healthy: duration()
      .prefault('30s')
      .describe('How long the new servers may take to pass their health checks.'),
    drain: duration()
      .prefault('30s')
      .describe('How long sessions at the old servers may last before they are cut.'),
  }),
  outputs: { before: 'string', now: 'string', cut: 'number' },
  findings: { value: 'string', before: 'string', now: 'string', cut: 'number' },
  provesByItself: true,
  touches: 'traffic',
  rerun: 'idempotent',
} as const satisfies Description;
