import { namesProgram, type Part, type Ref, type Value } from '../../core/value.ts';
import type { DocumentPath, Problem } from '../problem.ts';
import type { Written } from '../runbook.ts';
import { readTemplate } from '../template.ts';

/** What a path in double braces stands for: a text that is known now, or a reference filled in by the run. */
export type Lookup = (
  path: readonly string[],
) => { readonly text: string } | { readonly ref: Ref } | undefined;

export interface Filling {
  readonly lookup: Lookup;
  readonly problems: Problem[];
}

/**
 * Turns what was written into a value of the plan: known paths become text, which is never looked at again,
 * and what only the run will know stays a reference between parts of text.
 */
export function fill(written: Written, at: DocumentPath, filling: Filling): Value {
  if (typeof written === 'string') return fillText(written, at, filling);
  if (Array.isArray(written)) {
    return written.map((inner: Written, index) => fill(inner, [...at, index], filling));
  }
  const filled: Record<string, Value> = {};
  for (const [key, inner] of Object.entries(written as { readonly [key: string]: Written })) {
    // The key marks templates in a plan; a value that brought its own could pass for references.
    if (key === '$parts') filling.problems.push(unfillable([...at, key], 'The key $parts is reserved.'));
    else filled[key] = fill(inner, [...at, key], filling);
  }
  return filled;
}

/** Fills a text that people read before the run knows anything more. */
export function fillNow(written: string, at: DocumentPath, filling: Filling): string {
  const value = fillText(written, at, filling);
  if (typeof value === 'string') return value;
  filling.problems.push(
    unfillable(at, 'Only parameters and sites can stand in this text: it is shown before the run.'),
  );
  return written;
}

function fillText(
  written: string,
  at: DocumentPath,
  { lookup, problems }: Filling,
): string | { $parts: Part[] } {
  if (!written.includes('{{')) return written;
  const read = readTemplate(written);
  if ('problem' in read) {
    problems.push({ ...unfillable(at, `${read.problem}.`), offset: read.at });
    return written;
  }
  const parts: Part[] = [];
  let text = '';
  for (const part of read.parts) {
    const found = 'text' in part ? part : lookup(part.path);
    if (!found) problems.push(nowhere(at, (part as { path: readonly string[] }).path));
    else if ('text' in found) text += found.text;
    else {
      if (text !== '') parts.push({ text });
      text = '';
      parts.push({ ref: found.ref });
    }
  }
  if (namesProgram(parts.length === 0 ? text : written)) {
    problems.push(unfillable(at, 'A secret exec: holds no templates: only a runbook may name a program.'));
  }
  if (parts.length === 0) return text;
  return { $parts: text === '' ? parts : [...parts, { text }] };
}

const unfillable = (path: DocumentPath, summary: string): Problem => ({
  code: 'MUSTER_TEMPLATE_UNKNOWN',
  path,
  summary,
});

const nowhere = (at: DocumentPath, path: readonly string[]): Problem => ({
  ...unfillable(at, `There is no {{${path.join('.')}}} in this plan.`),
  hint: 'It may stand in a step that is not part of this mode, or be no output of its action.',
});
