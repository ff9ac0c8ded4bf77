import { createHash } from 'node:crypto';
import type { Description } from '../actions/action.ts';
import type { Diagnostic } from '../core/diagnostics/diagnostic.ts';
import { diagnose } from './diagnose.ts';
import { type Above, type FindRunbook, readChildren } from './read-children.ts';
import { readDocument } from './read-document.ts';
import { checkRules } from './rules/check.ts';
import type { People } from './rules/facts.ts';
import type { SourcedRunbook } from './runbook.ts';
import { runbookGrammar } from './schema/runbook-grammar.ts';

/** The text of a file and the name of the file that it comes from. */
export interface Source {
  readonly text: string;
  readonly file: string;
  /** Finds the runbooks that its steps run; absent: there are none to be had. */
  readonly find?: FindRunbook;
}

/** A runbook without a mistake, or every mistake of the text in the order of its lines. */
export type Reading =
  | { readonly runbook: SourcedRunbook; readonly diagnostics: readonly [] }
  | { readonly runbook?: never; readonly diagnostics: readonly Diagnostic[] };

/**
 * Reads a runbook: guards, YAML, schema, rules, and with it those that it runs. Nothing in a text makes it throw; a mistake is
 * reported where it was made, and what follows from it is not reported. Where people are given, there must be enough of them
 * for every ask.
 */
export function readRunbook(source: Source, catalogue: readonly Description[], people?: People): Reading {
  const read = (one: Source, above: readonly Above[]): Reading => {
    const { checked, wrong, positions } = readDocument(one.text, runbookGrammar);
    if (!checked) return { diagnostics: diagnose(wrong, positions) };
    const children = readChildren(one, checked.value, { catalogue, above, read });
    const unruly = checkRules(checked, wrong, { catalogue, people, children: children.known });
    const { value: runbook } = checked;
    if (runbook && [wrong, unruly, children.diagnostics].every(({ length }) => length === 0)) {
      const digest = `sha256:${createHash('sha256').update(one.text).digest('hex')}` as const;
      return { runbook: { runbook, digest, file: one.file, ...children.sources }, diagnostics: [] };
    }
    return { diagnostics: [...diagnose([...wrong, ...unruly], positions), ...children.diagnostics] };
  };
  return read(source, []);
}
