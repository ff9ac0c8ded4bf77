import type { Diagnostic } from '../../core/diagnostics/diagnostic.ts';
import type { Roster } from '../../core/roster.ts';
import { rosterDigest, type UnsealedRoster } from '../../core/roster-digest.ts';
import type { Digest } from '../../core/units.ts';
import { diagnose } from '../diagnose.ts';
import { type Hints, usualHints } from '../hints.ts';
import type { Problem } from '../problem.ts';
import { readDocument } from '../read-document.ts';
import type { Source } from '../read-runbook.ts';
import type { Checked, Grammar } from '../schema/check.ts';
import { rosterRules } from './rules.ts';
import { type ReadKey, rosterSchema } from './schema.ts';
import { rosterWarnings } from './warnings.ts';

/** What reading a roster is handed from outside. */
export interface RosterTools {
  readonly sha256: (text: string) => Digest;
  readonly readKey: ReadKey;
}

/** A roster, perhaps with warnings, or every mistake of the text in the order of its lines. */
export interface RosterReading {
  readonly roster?: Roster;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Reads a roster as a runbook is read: guards, YAML, schema, rules. Nothing in a text makes it throw; warnings
 * are given only where there is no mistake.
 */
export function readRoster({ text }: Source, tools: RosterTools): RosterReading {
  const { checked, wrong, positions } = readDocument(text, grammar(tools.readKey));
  const mistakes = checked ? [...wrong, ...unruly(checked, wrong)] : wrong;
  const unsealed = checked?.value;
  if (mistakes.length > 0 || !unsealed) return { diagnostics: diagnose(mistakes, positions, hints) };
  const warnings = [...rosterWarnings(unsealed)];
  return {
    roster: { ...unsealed, digest: rosterDigest(unsealed, tools.sha256) },
    diagnostics: diagnose(warnings, positions, hints),
  };
}

const grammar = (readKey: ReadKey): Grammar<UnsealedRoster> => ({
  schema: rosterSchema(readKey),
  standIns: { muster: 'v1', roster: 'roster', people: {} },
});

function unruly(
  { value, original, declared }: Checked<UnsealedRoster>,
  wrong: readonly Problem[],
): Problem[] {
  if (!value) return [];
  // Where `people` itself is misspelt or broken, nobody can be said to be missing.
  const unclear = wrong.some(({ path, code }) =>
    path.length === 0
      ? true
      : path.length === 1 && (path[0] === 'people' || code === 'MUSTER_SCHEMA_UNKNOWN_KEY'),
  );
  const facts = { roster: value, ...(unclear ? {} : { people: new Set(declared('people')) }) };
  return rosterRules
    .flatMap((rule) => [...rule(facts)])
    .map((problem) => ({ ...problem, path: original(problem.path) }));
}

const page = 'docs/roster.md says what stands where.';

const hints: Hints = {
  ...usualHints,
  MUSTER_SCHEMA_UNKNOWN_KEY: page,
  MUSTER_SCHEMA_CHOICE: page,
  MUSTER_SCHEMA_MISSING_KEY: `Add it; ${page}`,
  MUSTER_SCHEMA_NAME: 'Write it as in incident-commander.',
  MUSTER_ROSTER_KEY: 'Put in the line that muster key show prints: ssh-ed25519 AAAA… and perhaps a comment.',
  MUSTER_ROSTER_IDENTITY: page,
  MUSTER_ROSTER_MOMENT: 'Write 2026-03-14, or 2026-03-14T12:00:00Z.',
};
