import { z } from 'zod';
import type { Description } from '../action.ts';
import { absolutePath } from '../field.ts';

export const description = {
  name: 'network.open',
  summary:
    'Makes a network of its own for the run, with nothing in it but a loopback, and hides directories and sockets of the other sites from what runs in it.',
  input: z.strictObject({
    hide: z
      .array(absolutePath())
      .default([])
      .describe('Directories, files and sockets that what runs in the network must not see.'),
  }),
  outputs: {},
  findings: {},
  provesByItself: true,
  touches: 'data',
  rerun: 'idempotent',
  onHost: true,
  internal: true,
} as const satisfies Description;
