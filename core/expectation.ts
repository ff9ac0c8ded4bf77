import type { Json, Scalar } from './value.ts';

/** How a finding is compared. Directly in `expect:` they compare the finding `value`. */
export const comparators = ['equals', 'atLeast', 'atMost', 'contains', 'matches'] as const;
export type Comparator = (typeof comparators)[number];

/** What was expected beside what was found, as data and in words. */
export interface Check {
  readonly name: string;
  readonly expected: string;
  readonly found: string;
  readonly passed: boolean;
}

/**
 * Compares what a step expects with what it found, one check for each comparison.
 *
 * A key is a comparator (of the finding `value`) or the name of a finding; a finding is expected to equal a
 * value, to be one of a list, or to hold an object of comparators. A number is compared with the number that
 * a text says, a time with the moment that it says; a text is compared as it stands, and by `atLeast` and
 * `atMost` as a number where both sides say one. A finding that is missing or null passes nothing.
 * @param kinds what each finding is, by name; `time` is the one that JavaScript does not tell by itself.
 */
export function compare(
  expect: Readonly<Record<string, Json>>,
  findings: Readonly<Record<string, Scalar>>,
  kinds: Readonly<Record<string, string>> = {},
): Check[] {
  return Object.entries(expect).flatMap(([key, expected]) => {
    const [name, comparisons] = isComparator(key)
      ? ['value', [[key, expected] as const]]
      : [key, comparisonsOf(expected)];
    const found = Object.hasOwn(findings, name) ? (findings[name] ?? null) : null;
    return comparisons.map(([comparator, wanted]) => ({
      name,
      expected: inWords(comparator, wanted),
      found: found === null ? 'nothing' : String(found),
      passed: found !== null && holds(comparator, found, wanted, kinds[name]),
    }));
  });
}

const isComparator = (key: string): key is Comparator => (comparators as readonly string[]).includes(key);

function comparisonsOf(expected: Json): (readonly [string, Json])[] {
  if (typeof expected !== 'object' || expected === null || Array.isArray(expected)) {
    return [['equals', expected]];
  }
  return Object.entries(expected);
}

const phrases: Readonly<Record<Comparator, string>> = {
  equals: '',
  atLeast: 'at least ',
  atMost: 'at most ',
  contains: 'contains ',
  matches: 'matches ',
};

function inWords(comparator: string, wanted: Json): string {
  const text = Array.isArray(wanted) ? `one of ${wanted.map(asText).join(', ')}` : asText(wanted);
  return isComparator(comparator) ? `${phrases[comparator]}${text}` : `${comparator} (no comparison) ${text}`;
}

const asText = (value: Json): string =>
  typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value);

function holds(comparator: string, found: NonNullable<Scalar>, wanted: Json, kind?: string): boolean {
  if (Array.isArray(wanted)) {
    return comparator === 'equals' && wanted.some((one: Json) => holds('equals', found, one, kind));
  }
  const text = asText(wanted as Json);
  switch (comparator) {
    case 'equals':
      return equal(found, text, kind);
    case 'atLeast':
    case 'atMost': {
      const [left, right] = [magnitude(found, kind), magnitude(text, kind)];
      return comparator === 'atLeast' ? left >= right : left <= right;
    }
    case 'contains':
      return String(found).includes(text);
    case 'matches':
      return new RegExp(text, 'u').test(String(found));
    default:
      return false;
  }
}

function equal(found: NonNullable<Scalar>, wanted: string, kind?: string): boolean {
  if (kind === 'time' || typeof found === 'number') return magnitude(found, kind) === magnitude(wanted, kind);
  return String(found) === wanted;
}

/** What a value weighs in a comparison; NaN, which passes none, where it says no number and no moment. */
function magnitude(value: NonNullable<Scalar>, kind?: string): number {
  if (typeof value === 'number') return value;
  const text = String(value).trim();
  const number = text === '' ? NaN : Number(text);
  return kind === 'time' && Number.isNaN(number) ? Date.parse(text) : number;
}
