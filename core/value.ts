/** A single value as JSON knows it. */
export type Scalar = string | number | boolean | null;

/** Where a part of a value comes from once the run is under way. */
export type Ref =
  | { readonly from: 'step'; readonly path: string; readonly output: string }
  | { readonly from: 'gate'; readonly path: string; readonly answer: string }
  | { readonly from: 'run'; readonly field: 'id' | 'token' };

/** A piece of a template: text that stays text for ever, or a reference that is filled in at the last moment. */
export type Part = { readonly text: string } | { readonly ref: Ref };

/** A text with references. It is the only object in a plan with the key `$parts`. */
export interface Template {
  readonly $parts: readonly Part[];
}

/** What a step is given: JSON in which any text may be a template. */
export type Value = Scalar | Template | readonly Value[] | { readonly [key: string]: Value };

/** A value with every reference filled in. */
export type Json = Scalar | readonly Json[] | { readonly [key: string]: Json };

export const isTemplate = (value: Value): value is Template =>
  typeof value === 'object' && value !== null && '$parts' in value;

/** A key that names what a reference points at; used to hand over only the outputs that a plan refers to. */
export const refKey = (ref: Ref): string =>
  ref.from === 'step'
    ? `${ref.path}.${ref.output}`
    : ref.from === 'gate'
      ? `${ref.path}.${ref.answer}`
      : `run.${ref.field}`;

/** Every reference inside a value, in order of appearance. */
export function refsIn(value: Value): Ref[] {
  if (typeof value !== 'object' || value === null) return [];
  if (isTemplate(value)) return value.$parts.flatMap((part) => ('ref' in part ? [part.ref] : []));
  return Object.values(value).flatMap((inner) => refsIn(inner as Value));
}

/**
 * Fills in the references of a value. A template that is one lone reference keeps the type of what it
 * refers to; any other becomes text. What is filled in is never read as a template again.
 * @throws RangeError where a reference has no value, or what comes of it names a program to be run.
 */
export function resolve(value: Value, known: Readonly<Record<string, Scalar>>): Json {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((inner: Value) => resolve(inner, known));
  if (!isTemplate(value as Value)) {
    return Object.fromEntries(
      Object.entries(value as Record<string, Value>).map(([key, inner]) => [key, resolve(inner, known)]),
    );
  }
  const parts = (value as Template).$parts;
  const read = (ref: Ref): Scalar => {
    const key = refKey(ref);
    if (!Object.hasOwn(known, key)) {
      throw new RangeError(`nothing is known as ${key}; an output that would be too long is left out`);
    }
    return known[key] as Scalar;
  };
  const [only] = parts;
  const filled =
    parts.length === 1 && only && 'ref' in only
      ? read(only.ref)
      : parts.map((part) => ('text' in part ? part.text : String(read(part.ref)))).join('');
  // Somebody's answer, or what a restored system printed, would otherwise have any program run.
  if (namesProgram(filled)) {
    throw new RangeError('what is filled in reads exec:, and only a runbook may name a program');
  }
  return filled;
}

/** A reference to a secret that names a program to be run. */
export const namesProgram = (text: unknown): boolean => typeof text === 'string' && /^exec:[/[]/.test(text);
