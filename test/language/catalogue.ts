import { z } from 'zod';
import type { Description } from '../../actions/action.ts';

const plain = {
  outputs: {},
  findings: {},
  provesByItself: false,
  touches: 'nothing',
  rerun: 'idempotent',
} as const satisfies Partial<Description>;

/** Actions as data: what the language needs to know of them, and nothing that runs. */
export const catalogue: readonly Description[] = [
  {
    ...plain,
    name: 'restore',
    summary: 'Restores a database.',
    input: z.strictObject({ from: z.string(), port: z.string().regex(/^\d+$/).optional() }),
    outputs: { connection: 'string' },
    touches: 'data',
    rerun: 'once',
  },
  {
    ...plain,
    name: 'query',
    summary: 'Asks a database.',
    input: z.strictObject({ connection: z.string(), rows: z.array(z.string()).default([]) }),
    outputs: { value: 'any' },
    findings: { value: 'any', rows: 'number' },
  },
  {
    ...plain,
    name: 'ping',
    summary: 'Proves that it is there.',
    input: z.strictObject({}),
    provesByItself: true,
  },
  {
    ...plain,
    name: 'by-hand',
    summary: 'Asks people.',
    input: z.strictObject({
      instructions: z.string(),
      answers: z.record(z.string(), z.any()).default({}),
      by: z.array(z.any()).optional(),
    }),
    outputsFrom: 'answers',
    touches: 'data',
    rerun: 'once',
    asksPeople: true,
  },
  {
    ...plain,
    name: 'shell',
    summary: 'Runs a text.',
    input: z.strictObject({ text: z.string() }),
    literal: ['text'],
  },
  { ...plain, name: 'sweep', summary: 'Is for the compiler.', input: z.strictObject({}), internal: true },
];
