import type { DocumentPath, Problem } from '../problem.ts';
import type { Rule } from './facts.ts';

const code = 'MUSTER_SECRET_WRITTEN';

/**
 * A password in front of a host, in an address of any scheme. `$NAME` is a script's variable. The lengths are bounded, or a long
 * text without an address would take its square.
 */
const withPassword = /\b([a-z][a-z0-9+.-]{0,20}):\/\/[^\s/@:?#]{0,200}:(?!\$)[^\s/@?#]{1,500}@/i;

/**
 * Names of fields, variables and headers whose values are secret by their nature. A name that merely holds such a word says where
 * one is (`RESTIC_PASSWORD_FILE`) or which one (`AWS_ACCESS_KEY_ID`).
 */
const secretName =
  /(password|passwd|passphrase|secret|token)$|^cipher-?pass$|^mysql_pwd$|^(proxy-)?authorization$|(^|[-_])(api|access|secret|encryption)[-_]?key$/i;

/** A reference, one template, or nothing that could be a secret. */
const notWritten = /^((env|file|exec|vault):.*|\{\{[^{}]*\}\}|true|false|null|~|)$/s;

/** What is written in a runbook is read by everybody who can read the runbook, its plan, its history and its record. */
export const writtenSecrets: Rule = function* ({ runbook, steps }) {
  yield* passwordsIn(runbook, []);
  for (const { step, path } of steps) yield* namedIn(step.with, [...path, 'with']);
};

/** What stands under a name that says that it is secret; of an address with a password it is told already. */
function* namedIn(value: unknown, path: DocumentPath): Iterable<Problem> {
  const name = path.at(-1);
  if (typeof value === 'string') {
    if (
      typeof name === 'string' &&
      secretName.test(name) &&
      !notWritten.test(value) &&
      !withPassword.test(value)
    )
      yield { code, path, summary: `What "${name}" holds is written out here.` };
  } else if (typeof value === 'object' && value !== null) {
    const entries = Array.isArray(value) ? value.entries() : Object.entries(value);
    for (const [key, inner] of entries) yield* namedIn(inner, [...path, key]);
  }
}

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
  code,
  path,
  summary: `A password stands in an address here (${scheme}://USER:PASSWORD@HOST).`,
});
