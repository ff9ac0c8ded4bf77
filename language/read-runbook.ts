import { createHash } from 'node:crypto';
import type { Description } from '../actions/action.ts';
import type { Diagnostic } from '../core/diagnostics/diagnostic.ts';
import { diagnose } from './diagnose.ts';
import { readDocument } from './read-document.ts';
import { checkRules } from './rules/check.ts';
import type { People } from './rules/facts.ts';
import type { SourcedRunbook } from './runbook.ts';
import { runbookGrammar } from './schema/runbook-grammar.ts';

/** The text of a file and the name of the file that it comes from. */
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
  const { checked, wrong, positions } = readDocument(source.text, runbookGrammar);
  if (!checked) return { diagnostics: diagnose(wrong, positions) };
  const unruly = checkRules(checked, wrong, { catalogue, people });
  const { value: runbook } = checked;
  if (runbook && wrong.length === 0 && unruly.length === 0) {
    const digest = `sha256:${createHash('sha256').update(source.text).digest('hex')}`;
    return { runbook: { runbook, digest, file: source.file }, diagnostics: [] };
  }
  return { diagnostics: diagnose([...wrong, ...unruly], positions) };
}
