import { z } from 'zod';
import type { Description } from '../action.ts';
import { etcdctlExits } from '../etcd/exits.ts';
import { absolutePath, environment, wholeNumber } from '../field.ts';

const port = () => wholeNumber({ min: 1, max: 65_535 });

export const description = {
  name: 'etcd.restore',
  summary:
    'Restores an etcd member from a snapshot, as the first of a new cluster: checked, built beside and asked there, swapped in and started; the old data directory is set aside.',
  input: z.strictObject({
    backup: absolutePath().describe(
      'A snapshot NAME.db with its NAME.json, or a directory of such snapshots.',
    ),
    point: z
      .string()
      .regex(/^[\w.:+-]+$/, 'must be the name of a file')
      .optional()
      .describe('The NAME of the snapshot. Default: the newest, which a plan pins.'),
    unsealed: z
      .union([z.boolean(), z.enum(['true', 'false']).transform((text) => text === 'true')])
      .default(false)
      .describe('Whether to take, unchecked, a copy of a database that has no checksum at its end.'),
    prefix: z
      .string()
      .regex(/^[\x20-\x7e]+$/, 'must be of ASCII characters')
      .optional()
      .describe('Restores only the keys that begin with this. Default: all.'),
    dataDirectory: absolutePath().describe('Where the member lives. What is there now is set aside.'),
    member: z
      .string()
      .regex(/^[\w.-]+$/)
      .default('default')
      .describe('The name of the member.'),
    port: port().describe('The port for clients.'),
    peerPort: port().describe('The port for other members, who join it later.'),
    listen: z.string().min(1).default('127.0.0.1').describe('The IP address that it listens on.'),
    advertise: z
      .string()
      .min(1)
      .optional()
      .describe('The host that others reach it by. Default: the address that it listens on.'),
    env: environment().describe(
      'What etcdctl needs to ask it: ETCDCTL_USER, ETCDCTL_PASSWORD, ETCDCTL_CACERT …, secrets as references.',
    ),
    runAs: z
      .string()
      .regex(/^[a-z_][\w-]*\$?$/)
      .optional()
      .describe(
        'The account of the server where the worker is root. Default: the owner of the data directory, or else etcd, or else nobody.',
      ),
    settings: z
      .record(z.string().regex(/^[a-z][a-z0-9-]*$/), z.string())
      .default({})
      .describe('Other flags of etcd, without the dashes. With `cert-file` clients speak TLS to it.'),
  }),
  outputs: {
    directory: 'string',
    aside: 'string',
    point: 'string',
    keys: 'number',
    revision: 'number',
    recoveredUpTo: 'time',
    endpoint: 'string',
    pid: 'number',
  },
  findings: { value: 'number', keys: 'number', revision: 'number' },
  provesByItself: false,
  touches: 'data',
  rerun: 'once',
  starts: true,
  points: { id: 'point' },
  exits: { etcdctl: etcdctlExits },
} as const satisfies Description;
