import type { z } from 'zod';
import { secretFields } from '../../actions/field.ts';

type Schema = z.core.$ZodType;

/** Where a schema takes secrets: `connection`, `env.*`, `lookAt.headers.*`. */
export function secretPaths(schema: Schema, at: readonly string[] = []): string[] {
  if (secretFields.get(schema as never)) return [at.join('.')];
  const { def } = schema._zod as unknown as { def: Record<string, unknown> & { type: string } };
  const below = (inner: unknown, key?: string) =>
    secretPaths(inner as Schema, key === undefined ? at : [...at, key]);
  switch (def.type) {
    case 'object':
      return Object.entries(def['shape'] as Record<string, Schema>).flatMap(([key, inner]) =>
        below(inner, key),
      );
    case 'record':
      return below(def['valueType'], '*');
    case 'array':
      return below(def['element'], '*');
    case 'union':
      return (def['options'] as Schema[]).flatMap((option) => below(option));
    case 'pipe':
      return [...below(def['in']), ...below(def['out'])];
    default:
      return def['innerType'] === undefined ? [] : below(def['innerType']);
  }
}

/** What stands in an input where a path leads. */
export function valuesAt(input: unknown, path: string): unknown[] {
  return path.split('.').reduce<unknown[]>(
    (found, key) =>
      found.flatMap((one) => {
        if (typeof one !== 'object' || one === null) return [];
        return key === '*' ? Object.values(one) : [(one as Record<string, unknown>)[key]];
      }),
    [input],
  );
}
