import { z } from 'zod';
import type { Description } from '../action.ts';

export const description = {
  name: 'network.close',
  summary: "Ends the run's private network and whatever still lives in it.",
  input: z.strictObject({}),
  outputs: {},
  findings: { value: 'number' },
  provesByItself: true,
  touches: 'data',
  rerun: 'idempotent',
  onHost: true,
  internal: true,
} as const satisfies Description;
