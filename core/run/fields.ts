import type { Scalar } from '../value.ts';

const longestText = 4_000;
const longestName = 200;

/** What came from outside, its fields not yet looked at. */
export type Fields = Readonly<Record<string, unknown>>;

/** The own fields of a plain object; a key that JavaScript gives a meaning is refused. */
export function fieldsOf(value: unknown): Fields | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  return Object.keys(value).includes('__proto__') ? undefined : (value as Fields);
}

export const isText = (value: unknown): value is string =>
  typeof value === 'string' && value.length <= longestText;
export const isName = (value: unknown): value is string =>
  typeof value === 'string' && value.trim() !== '' && value.length <= longestName;
/** A whole number of milliseconds between 2000 and 2200. */
export const isInstant = (value: unknown): value is number =>
  Number.isSafeInteger(value) &&
  (value as number) >= 946_684_800_000 &&
  (value as number) < 7_258_118_400_000;
export const isScalar = (value: unknown): value is Scalar =>
  value === null ||
  typeof value === 'boolean' ||
  isText(value) ||
  (typeof value === 'number' && Number.isFinite(value));
