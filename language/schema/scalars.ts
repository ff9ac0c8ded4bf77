import { z } from 'zod';
import type { DiagnosticCode } from '../../core/diagnostics/codes.ts';
import { parseDuration } from '../../core/units.ts';

/**
 * In a file every scalar is source text and the place decides what it is. An editor's parser has made
 * numbers and booleans of some by the time it applies the JSON Schema, so that takes them as they come.
 */
const asParsed = { type: ['string', 'number', 'boolean'] } as const;

/** Any text, `NO` and `012` included. */
export const text = z.string().meta({ title: 'text', ...asParsed });

/** A text that says something. */
export const sentence = z
  .string()
  .min(1)
  .meta({ title: 'text', ...asParsed });

/** A name of a system, gate, function, site, step or capacity: it becomes part of paths and file names. */
export const name = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,62}$/, 'a name is lower-case letters, digits and -, a letter first')
  .meta({ title: 'name' });

/** A name of a parameter or of a variable of a site: it becomes part of a template's path. */
export const key = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9_-]{0,62}$/, 'a name is letters, digits, _ and -, a letter first')
  .meta({ title: 'name' });

/** Reads a text as something else. @returns a schema whose issue carries `code`. */
export function read<T>(code: DiagnosticCode, expected: string, parse: (written: string) => T | undefined) {
  return z.string().transform((written, context): T => {
    const value = parse(written);
    if (value !== undefined) return value;
    const message = `${JSON.stringify(written)} is not ${expected}.`;
    context.issues.push({ code: 'custom', input: written, message, params: { code } });
    return z.NEVER;
  });
}

/** A length of time as text; milliseconds inside. */
export const duration = read('MUSTER_SCHEMA_DURATION', 'a duration', parseDuration).meta({
  title: 'duration',
  type: 'string',
  pattern: '^(([0-9]+(d|h|m|s|ms))+|P[0-9A-Z]+)$',
});

/** A length of time that is longer than nothing. */
export const positiveDuration = read('MUSTER_SCHEMA_DURATION', 'a duration longer than 0s', (written) =>
  parseDuration(written) === 0 ? undefined : parseDuration(written),
).meta({ title: 'duration', type: 'string', pattern: '^(([0-9]+(d|h|m|s|ms))+|P[0-9A-Z]+)$' });

/** A whole number, not below `least`. */
export const count = (least: number) =>
  read('MUSTER_SCHEMA_NUMBER', `a whole number from ${least} to 999999`, (written) =>
    /^\d{1,6}$/.test(written) && Number(written) >= least ? Number(written) : undefined,
  ).meta({
    title: 'whole number',
    type: ['integer', 'string'],
    minimum: least,
    maximum: 999_999,
    pattern: '^[0-9]{1,6}$',
  });

/** Yes or no, written `true` or `false`. */
export const flag = z
  .enum(['true', 'false'])
  .transform((written) => written === 'true')
  .meta({ title: 'true or false', type: ['boolean', 'string'], enum: [true, false, 'true', 'false'] });

/** An address that can be tried: `host:port`, IPv6 in brackets. */
export const address = z
  .string()
  .regex(/^(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+):[0-9]{1,5}$/, 'an address is host:port')
  .meta({ title: 'host:port' });
