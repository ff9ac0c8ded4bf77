import type { DocumentPath, Problem } from '../problem.ts';
import type { Rule } from './facts.ts';

/**
 * A password in front of a host, in an address of any scheme. `$NAME` is a script's variable. The lengths are bounded, or a long
 * text without an address would take its square.
 */
const withPassword = /\b([a-z][a-z0-9+.-]{0,20}):\/\/[^\s/@:?#]{0,200}:(?!\$)[^\s/@?#]{1,500}@/i;

/** What is written in a runbook is read by everybody who can read the runbook, its plan, its history and its record. */
export const writtenSecrets: Rule = ({ runbook }) => passwordsIn(runbook, []);

function* passwordsIn(value: unknown, path: DocumentPath): Iterable<Problem> {
  if (typeof value === 'string') {
    const [, scheme] = withPassword.exec(value) ?? [];
    if (scheme !== undefined) yield written(scheme, path);
  } else if (Array.isArray(value)) {
    for (const [index, inner] of value.entries()) yield* passwordsIn(inner, [...path, index]);
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, inner] of Object.entries(value)) yield* passwordsIn(inner, [...path, key]);
  }
}

/** It says nothing of what is written there: it may end up in the log of a check. */
const written = (scheme: string, path: DocumentPath): Problem => ({
  code: 'MUSTER_SECRET_WRITTEN',
  path,
  summary: `A password stands in an address here (${scheme}://USER:PASSWORD@HOST).`,
});
