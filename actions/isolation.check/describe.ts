import { z } from 'zod';
import type { Description } from '../action.ts';

const place = /^(\/.*|\[[0-9a-fA-F:.]+\]:\d{1,5}|[^\s:/]+:\d{1,5})$/;

export const description = {
  name: 'isolation.check',
  summary:
    'Proves that what must not be touched cannot be reached from where the steps run: tries to connect to each and fails where it can.',
  input: z.strictObject({
    cannotReach: z
      .array(z.string().regex(place, 'must be host:port, or the path of a socket, a directory or a file'))
      .describe('Each a host:port, or the path of a socket, a directory or a file.'),
  }),
  outputs: {},
  findings: { value: 'number', reached: 'string' },
  provesByItself: true,
  touches: 'nothing',
  rerun: 'idempotent',
  enters: true,
  internal: true,
} as const satisfies Description;
