import { z } from 'zod';
import type { Description } from '../action.ts';

export const description = {
  name: 'noop',
  summary: 'Does nothing and passes: for drills, benchmarks, and places that are not filled yet.',
  input: z.strictObject({
    outputs: z
      .record(z.string(), z.union([z.string(), z.number(), z.boolean()]))
      .default({})
      .describe('What later steps may refer to, as if it had been found.'),
  }),
  outputs: {},
  outputsFrom: 'outputs',
  findings: {},
  provesByItself: false,
  touches: 'nothing',
  rerun: 'idempotent',
  enters: true,
} as const satisfies Description;
