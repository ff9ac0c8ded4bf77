import { z } from 'zod';
import type { Description } from '../action.ts';
import { recordFields, servers } from '../dns/lookup.ts';
import type { ExitCodes } from '../exit-codes.ts';
import { duration, hostAndPort, maybeSecret, wholeNumber } from '../field.ts';

export const nsupdateExits: ExitCodes = {
  1: { means: 'the server did not answer, or it could not be told', kind: 'retryable' },
  2: { means: 'the server refused the update', kind: 'terminal' },
  other: { means: 'its manual does not say', kind: 'retryable' },
};

const value = () =>
  z
    .string()
    .regex(/^[^\n\r;]+$/, 'must be one line without ;')
    .describe('As a zone file has it.');

export const description = {
  name: 'dns.update',
  summary:
    'Replaces a record by a signed dynamic update (RFC 2136), asks every name server until all have it, and waits until caches have forgotten the old one.',
  input: z.strictObject({
    ...recordFields,
    server: hostAndPort().describe('The primary name server, as HOST:PORT.'),
    zone: z
      .string()
      .regex(/^[\w.-]+$/)
      .transform((zone) => (zone.endsWith('.') ? zone : `${zone}.`))
      .describe('The zone.'),
    values: z
      .array(value())
      .min(1)
      .describe(
        'What the record is to be; quotation marks of a text and the last dot of a name may be left out.',
      ),
    ttl: wholeNumber({ min: 0, max: 604_800 }).describe('Its time to live, in seconds.'),
    replaces: z
      .array(value())
      .optional()
      .describe('What the record must be before; another one is left alone. Default: whatever it is.'),
    key: z
      .string()
      .regex(/^[\w.-]+$/)
      .describe('The name of the TSIG key.'),
    algorithm: z
      .enum(['hmac-sha256', 'hmac-sha384', 'hmac-sha512'])
      .default('hmac-sha256')
      .describe('The algorithm of the key.'),
    secret: maybeSecret().describe('The secret of the key in base64, as a reference such as `file:/path`.'),
    servers: servers()
      .optional()
      .describe('All name servers of the zone, as HOST:PORT. Default: the primary alone.'),
    spread: duration().prefault('2m').describe('How long the others may take to have it.'),
    waitForTtl: z
      .union([z.boolean(), z.enum(['true', 'false']).transform((text) => text === 'true')])
      .default(true)
      .describe('Whether to wait until caches have forgotten the old record.'),
  }),
  outputs: { before: 'string', beforeTtl: 'number', now: 'string', serial: 'number' },
  findings: { value: 'string', before: 'string', now: 'string', serial: 'number' },
  provesByItself: true,
  touches: 'traffic',
  rerun: 'idempotent',
  exits: { nsupdate: nsupdateExits },
} as const satisfies Description;
