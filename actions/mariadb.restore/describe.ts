import { z } from 'zod';
import type { Description } from '../action.ts';
import { absolutePath, wholeNumber } from '../field.ts';
import { mariadbExits } from '../mariadb/exits.ts';
import { targetPattern } from '../servers/target.ts';

export const description = {
  name: 'mariadb.restore',
  summary:
    'Restores a MariaDB server from a backup of mariabackup, its increments and binary logs, to a time or to the end: prepared and checked beside, swapped in and started; the old data directory is set aside.',
  input: z.strictObject({
    repository: absolutePath().describe(
      'A directory with base/ID (a backup), base/ID.inc… (its increments) and binlog/ (binary logs).',
    ),
    backup: z
      .string()
      .regex(/^[\w.@:+-]+$/)
      .optional()
      .describe('The ID of a backup or an increment. Default: the newest that was finished by recoverTo.'),
    recoverTo: z
      .string()
      .regex(targetPattern, 'must be `latest` or a time with its zone, such as 2024-05-01T03:04:00Z')
      .default('latest')
      .describe('`latest` (all binary logs) or a time: everything committed before that second.'),
    dataDirectory: absolutePath().describe(
      'Where the restored server lives. What is there now is set aside.',
    ),
    port: wholeNumber({ min: 1, max: 65_535 }).describe('The port that the restored server listens on.'),
    listen: z.string().min(1).default('127.0.0.1').describe('The address that it listens on.'),
    only: z
      .array(z.string().regex(/^[\w$-]+(\.[\w$-]+)?$/, 'must be a database, or database.table'))
      .default([])
      .describe(
        'Databases, or tables as database.table; all others are dropped before it is swapped in. Default: all.',
      ),
    newestRecord: z
      .string()
      .min(1)
      .optional()
      .describe(
        'A query for the time of the newest record, such as `select max(placed_at) from shop.orders`. Default: the last transaction in the binary logs.',
      ),
    runAs: z
      .string()
      .regex(/^[a-z_][\w-]*\$?$/)
      .optional()
      .describe(
        'The account of the server where the worker is root. Default: the owner of the data directory, or else mysql, or else nobody.',
      ),
    settings: z
      .record(z.string().regex(/^[a-z][\w-]*$/i), z.string().regex(/^[^"\n\r]*$/))
      .default({})
      .describe('Other settings of the restored server, as my.cnf has them.'),
  }),
  outputs: {
    connection: 'string',
    port: 'number',
    socket: 'string',
    directory: 'string',
    aside: 'string',
    point: 'string',
    recoveredUpTo: 'time',
    newestRecord: 'time',
    stoppedAt: 'string',
    tables: 'number',
    pid: 'number',
  },
  findings: {
    value: 'time',
    recoveredUpTo: 'time',
    newestRecord: 'time',
    stoppedAt: 'string',
    tables: 'number',
  },
  provesByItself: false,
  touches: 'data',
  rerun: 'once',
  starts: true,
  points: { id: 'backup', moment: 'recoverTo' },
  exits: { mariabackup: mariadbExits },
} as const satisfies Description;
