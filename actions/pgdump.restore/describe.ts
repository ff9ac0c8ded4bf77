import { z } from 'zod';
import type { Description } from '../action.ts';
import { absolutePath, wholeNumber } from '../field.ts';
import { connectionField, databaseName } from '../postgres/session-fields.ts';
import { pgRestoreExits } from './tool.ts';

const flag = () => z.union([z.boolean(), z.enum(['true', 'false']).transform((text) => text === 'true')]);

export const description = {
  name: 'pgdump.restore',
  summary:
    'Restores a dump of pg_dump, whole or in part, into a new database beside the one that serves: looked at before, verified after; postgres.swap puts it in its place.',
  input: z.strictObject({
    backup: absolutePath().describe(
      'A dump in the custom or the directory format, or a directory of dumps: files NAME.dump, directories NAME.',
    ),
    point: z
      .string()
      .regex(/^[\w.:+@-]+$/, 'must be the id of a dump')
      .optional()
      .describe('The id of the dump, or its name. Default: the newest, which a plan pins.'),
    zone: z
      .string()
      .refine(isZone, 'must be a time zone such as Europe/Berlin')
      .optional()
      .describe(
        'The time zone of the host that made the dump: its header holds a time without one. Default: the zone of the worker, or what NAME.json says.',
      ),
    connection: connectionField(),
    database: databaseName().describe('The name that the new one is made from: NAME_new_… after the try.'),
    tables: z
      .array(z.string().regex(/^[^.]+\..+$/, 'must be SCHEMA.TABLE'))
      .default([])
      .describe(
        'Restores only these, as SCHEMA.TABLE, with what belongs to them and what they stand on. Default: all.',
      ),
    schemas: z.array(z.string().min(1)).default([]).describe('Restores only these schemas. Default: all.'),
    ownership: flag()
      .default(true)
      .describe(
        'Whether owners and privileges come back. `false`: everything belongs to the account that restores.',
      ),
    jobs: wholeNumber({ min: 1, max: 64 })
      .prefault(1)
      .describe('How many restore at once. 1: all in one transaction.'),
    newestRecord: z
      .string()
      .min(1)
      .optional()
      .describe(
        'A query for the time of the newest record, such as `select max(placed_at) from orders`. Default: unknown.',
      ),
    binaries: absolutePath()
      .optional()
      .describe('The directory of pg_restore. Default: found in the usual places.'),
  }),
  outputs: {
    database: 'string',
    tables: 'number',
    rows: 'number',
    bytes: 'number',
    point: 'string',
    recoveredUpTo: 'time',
    newestRecord: 'time',
    leftOut: 'string',
  },
  findings: { value: 'number', tables: 'number', rows: 'number', objects: 'number', bytes: 'number' },
  provesByItself: false,
  touches: 'data',
  rerun: 'once',
  points: { id: 'point' },
  exits: { pg_restore: pgRestoreExits },
} as const satisfies Description;

function isZone(timeZone: string): boolean {
  try {
    return Boolean(new Intl.DateTimeFormat('sv-SE', { timeZone }));
  } catch {
    return false;
  }
}
