import { createHash } from 'node:crypto';
import type { Description } from '../actions/action.ts';
import type { Diagnostic } from '../core/diagnostics/diagnostic.ts';
import { diagnose } from './diagnose.ts';
import { type Problem, showPath } from './problem.ts';
import { checkRules } from './rules/check.ts';
import type { People } from './rules/facts.ts';
import type { SourcedRunbook } from './runbook.ts';
import { checkSchema } from './schema/check.ts';
import { parseYaml } from './yaml/parse.ts';
import { Positions } from './yaml/positions.ts';
import { readTree } from './yaml/read-tree.ts';

/** The text of a runbook and the name of the file that it comes from. */
export interface Source {
  readonly text: string;
  readonly file: string;
}

/** A runbook without a mistake, or every mistake of the text in the order of its lines. */
export type Reading =
  | { readonly runbook: SourcedRunbook; readonly diagnostics: readonly [] }
  | { readonly runbook?: never; readonly diagnostics: readonly Diagnostic[] };

/**
 * Reads a runbook: guards, YAML, schema, rules. Nothing in a text makes it throw; a mistake is reported
 * where it was made, and what follows from it is not reported. Where people are given, there must be enough of them
 * for every ask.
 */
export function readRunbook(source: Source, catalogue: readonly Description[], people?: People): Reading {
  const { document, problems: broken } = parseYaml(source.text);
  const positions = new Positions(source.text, document);
  if (!document) return { diagnostics: diagnose(broken, positions) };

  const { tree, problems: refused } = readTree(document, source.text);
  const checked = checkSchema(tree);
  const wrong = [...refused, ...notFrom(refused, checked.problems)];
  const unruly = checkRules(checked, wrong, { catalogue, people });
  const { runbook } = checked;
  if (runbook && wrong.length === 0 && unruly.length === 0) {
    const digest = `sha256:${createHash('sha256').update(source.text).digest('hex')}`;
    return { runbook: { runbook, digest, file: source.file }, diagnostics: [] };
  }
  return { diagnostics: diagnose([...wrong, ...unruly], positions) };
}

/** A merge that was refused may have brought the keys that are now missing from its map. */
function notFrom(refused: readonly Problem[], problems: readonly Problem[]): readonly Problem[] {
  const merged = new Set(
    refused.filter(({ code }) => code === 'MUSTER_YAML_MERGE').map(({ path }) => showPath(path.slice(0, -1))),
  );
  return problems.filter(
    ({ code, path }) => code !== 'MUSTER_SCHEMA_MISSING_KEY' || !merged.has(showPath(path.slice(0, -1))),
  );
}
