import type { z } from 'zod';
import type { Json } from '../core/value.ts';

/**
 * Reads what an action is given. A reference that stands alone keeps the type of what it refers to, so a number that somebody
 * answered can come where the action takes a text: then it is taken as that text.
 */
export function parseInput<T>(schema: z.ZodType<T>, given: Json): z.ZodSafeParseResult<T> {
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed;
  const wanted = parsed.error.issues.filter(
    (issue) => issue.code === 'invalid_type' && issue.expected === 'string',
  );
  const written = structuredClone(given);
  const changed = wanted.map(({ path }) => asText(written, path)).some(Boolean);
  return changed ? schema.safeParse(written) : parsed;
}

/** Makes a text of a number or a truth value at a path; false where there is neither. */
function asText(whole: Json, path: readonly PropertyKey[]): boolean {
  const last = path.at(-1);
  let place: unknown = whole;
  for (const key of path.slice(0, -1)) place = (place as Record<PropertyKey, unknown> | undefined)?.[key];
  if (last === undefined || typeof place !== 'object' || place === null) return false;
  const holder = place as Record<PropertyKey, unknown>;
  const value = holder[last];
  if (typeof value !== 'number' && typeof value !== 'boolean') return false;
  holder[last] = String(value);
  return true;
}
