import { z } from 'zod';
import { parseDuration } from '../core/units.ts';

/** Every field that may hold a reference to a secret: each needs a case among the tests' canaries. */
export const secretFields = z.registry<{ readonly lookedUp: true }>();

/** A whole number, also as text: in YAML every scalar is read as text. */
export const wholeNumber = (range: { min: number; max: number }) =>
  z
    .union([z.number(), z.string().regex(/^-?\d+$/, 'must be a whole number')])
    .transform(Number)
    .pipe(z.number().int().min(range.min).max(range.max));

/** A path from the root: what a worker's current directory is nobody should have to know. */
export const absolutePath = () =>
  z
    .string()
    .regex(/^\/[^\0]*$/, 'must be a path that begins with /')
    .max(4_096);

/** A length of time, written as `90s` or `15m`; milliseconds once read. */
export const duration = () =>
  z
    .string()
    .refine((text) => parseDuration(text) !== undefined, 'must be a duration such as 90s, 15m or 1h30m')
    .transform((text) => parseDuration(text) ?? 0);

/** Variables by name. A value that is wholly a reference (see secret.ts) is looked up where the step runs. */
export const environment = () =>
  z
    .record(
      z.string().regex(/^[A-Za-z_]\w*$/, 'must be the name of an environment variable'),
      maybeEmptySecret(),
    )
    .default({});

/** A text that may be a secret: `env:NAME`, `file:`, `exec:` or `vault:` is looked up at the last moment (see secret.ts). */
export const maybeSecret = () => z.string().min(1).register(secretFields, { lookedUp: true });

const maybeEmptySecret = () => z.string().register(secretFields, { lookedUp: true });

/** Anything in which texts may be references, however deep. */
export const maybeSecrets = () => z.unknown().register(secretFields, { lookedUp: true });

/** `HOST:PORT`, as tcp.check takes it. */
export const hostAndPort = () =>
  z.string().regex(/^(\[[\w:.%]+\]|[^:\s[\]]+):\d{1,5}$/, 'must be HOST:PORT, an IPv6 address in brackets');

/** Yes or no, also as text. */
export const flag = () =>
  z.union([z.boolean(), z.enum(['true', 'false']).transform((text) => text === 'true')]);
