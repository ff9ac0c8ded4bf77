import { z } from 'zod';
import { absolutePath, wholeNumber } from '../field.ts';
import { targetPattern } from '../servers/target.ts';

/** The fields of every action that restores a cluster: where it will live, and as what. */
export const clusterFields = {
  dataDirectory: absolutePath().describe('Where the restored cluster lives. What is there now is set aside.'),
  port: wholeNumber({ min: 1, max: 65_535 }).describe('The port that the restored server listens on.'),
  recoverTo: z
    .string()
    .regex(targetPattern, 'must be `latest` or a time with its zone, such as 2024-05-01T03:04:00Z')
    .default('latest')
    .describe('`latest` (all archived WAL) or a time: everything committed until then.'),
  listen: z
    .string()
    .min(1)
    .default('127.0.0.1')
    .describe('The addresses that the restored server listens on.'),
  user: z.string().min(1).default('postgres').describe('A superuser of the cluster.'),
  database: z.string().min(1).default('postgres').describe('The database of the output `connection`.'),
  newestRecord: z
    .string()
    .min(1)
    .optional()
    .describe(
      'A query for the time of the newest record, such as `select max(placed_at) from orders`. Default: the last commit.',
    ),
  runAs: z
    .string()
    .regex(/^[a-z_][\w-]*\$?$/)
    .optional()
    .describe(
      'The account of the server where the worker is root. Default: the owner of the data directory, or else postgres, or else nobody.',
    ),
  binaries: absolutePath()
    .optional()
    .describe(
      'The directory of postgres. Default: MUSTER_POSTGRES_BIN, the PATH, /usr/lib/postgresql/VERSION/bin.',
    ),
  settings: z
    .record(z.string().regex(/^[a-z_][\w.]*$/i), z.string())
    .default({})
    .describe('Settings of the restored server that differ from those in the backup.'),
};

/** What is told of every restored cluster. */
export const clusterOutputs = {
  connection: 'string',
  port: 'number',
  dataDirectory: 'string',
  aside: 'string',
  point: 'string',
  timeline: 'number',
  lsn: 'string',
  recoveredUpTo: 'time',
  newestRecord: 'time',
  archivedUpTo: 'time',
  stoppedAt: 'string',
  pid: 'number',
} as const;

export const clusterFindings = {
  value: 'time',
  recoveredUpTo: 'time',
  newestRecord: 'time',
  archivedUpTo: 'time',
  stoppedAt: 'string',
  lsn: 'string',
  timeline: 'number',
} as const;
