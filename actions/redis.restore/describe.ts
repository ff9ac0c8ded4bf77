import { z } from 'zod';
import type { Description } from '../action.ts';
import { absolutePath, maybeSecret, wholeNumber } from '../field.ts';
import { checkRdbExits } from '../redis/exits.ts';

export const description = {
  name: 'redis.restore',
  summary:
    'Restores a Redis server from an RDB file: checked before anything is touched, put into a new data directory, started and loaded; the old directory is set aside.',
  input: z.strictObject({
    backup: absolutePath().describe('An RDB file, or a directory of files NAME.rdb.'),
    point: z
      .string()
      .regex(/^[\w.:+-]+$/, 'must be the name of a file')
      .optional()
      .describe('The name of the RDB file in the directory. Default: the newest, which a plan pins.'),
    destination: absolutePath().describe('The data directory. What is there now is set aside.'),
    port: wholeNumber({ min: 1, max: 65_535 }).describe('The port that the restored server listens on.'),
    listen: z.string().min(1).default('127.0.0.1').describe('The addresses that it listens on.'),
    password: maybeSecret().optional().describe('Its password, as a reference such as `file:/path`.'),
    appendOnly: z
      .union([z.boolean(), z.enum(['true', 'false']).transform((text) => text === 'true')])
      .default(false)
      .describe('Whether it keeps an append-only file from then on. It is made from what was loaded.'),
    runAs: z
      .string()
      .regex(/^[a-z_][\w-]*\$?$/)
      .optional()
      .describe(
        'The account of the server where the worker is root. Default: the owner of the data directory, or else nobody.',
      ),
    settings: z
      .record(z.string().regex(/^[a-z][a-z-]*$/), z.string().regex(/^[^\n\r]*$/))
      .default({})
      .describe('Other settings of the server, as redis.conf has them.'),
  }),
  outputs: {
    directory: 'string',
    aside: 'string',
    keys: 'number',
    point: 'string',
    recoveredUpTo: 'time',
    port: 'number',
    pid: 'number',
  },
  findings: { value: 'number', keys: 'number', expected: 'number' },
  provesByItself: false,
  touches: 'data',
  rerun: 'once',
  starts: true,
  points: { id: 'point' },
  exits: { 'redis-check-rdb': checkRdbExits },
} as const satisfies Description;
