import type { z } from 'zod';
import type { Problem } from '../problem.ts';

/** What a schema makes of a tree, or its issues; none where there are more than zod can hand on. */
export type Parsed<T> =
  | { readonly data: T; readonly issues?: never; readonly tooMany?: never }
  | { readonly data?: never; readonly issues: readonly z.core.$ZodIssue[]; readonly tooMany?: true };

/** Parses by a schema, and survives a file that is nothing but mistakes. */
export function parseWith<T>(schema: z.ZodType<T>, tree: unknown): Parsed<T> {
  try {
    const { data, error } = schema.safeParse(tree);
    return error ? { issues: error.issues } : { data: data as T };
  } catch (error) {
    // Zod passes issues on as arguments of a call; some hundred thousand are more than a stack holds.
    if (error instanceof RangeError) return { issues: [], tooMany: true };
    throw error;
  }
}

export const tooMany: Omit<Problem, 'path'> = {
  code: 'MUSTER_SCHEMA_TOO_MANY',
  summary: 'More is wrong here than can be told one by one.',
  hint: 'Validate a small part first; what writes this file does not write runbooks.',
};
