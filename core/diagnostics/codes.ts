/**
 * Every code that a user can meet, with the sentence that explains it. A code is never renamed and never
 * reused; each has a section in docs/errors.md (a test holds them together).
 */
export const codes = {
  MUSTER_YAML_SYNTAX: 'The file is not well-formed YAML.',
} as const satisfies Record<string, string>;

export type DiagnosticCode = keyof typeof codes;
