import pg from 'pg';
import type { Scalar } from '../../core/value.ts';

const { BOOL, INT2, INT4, INT8, OID, FLOAT4, FLOAT8, NUMERIC, TIMESTAMPTZ } = pg.types.builtins;

type Read = (text: string) => Scalar;

/**
 * How values of a query are read: numbers as numbers where JavaScript holds them exactly and as text where not
 * (a `bigint` of 19 digits, a `numeric` of 30), `timestamptz` as ISO 8601 in UTC, the rest as text.
 */
const readers = new Map<number, Read>([
  [BOOL, (text) => text === 't'],
  ...[INT2, INT4, INT8, OID].map((oid) => [oid, wholeOrText] as const),
  ...[FLOAT4, FLOAT8].map((oid) => [oid, floatOrText] as const),
  [NUMERIC, decimalOrText],
  [TIMESTAMPTZ, isoTime],
]);

const asText: Read = (text) => text;

export const scalarTypes: pg.CustomTypesConfig = {
  getTypeParser: (oid: number) => readers.get(oid) ?? asText,
};

function wholeOrText(text: string): Scalar {
  const number = Number(text);
  return Number.isSafeInteger(number) ? number : text;
}

/** `NaN` and `Infinity` are no JSON. */
function floatOrText(text: string): Scalar {
  const number = Number(text);
  return Number.isFinite(number) ? number : text;
}

/** Fifteen digits go through a double and back unchanged. */
function decimalOrText(text: string): Scalar {
  const digits = text.replace(/\D/g, '').replace(/^0+/, '');
  return digits.length <= 15 && /\d/.test(text) ? Number(text) : text;
}

/** PostgreSQL writes `2024-05-01 03:04:05.123456+02`; `infinity` and years before Christ stay as they are. */
function isoTime(text: string): Scalar {
  const moment = new Date(text.replace(' ', 'T').replace(/([+-]\d\d)$/, '$1:00'));
  return Number.isNaN(moment.getTime()) ? text : moment.toISOString();
}
