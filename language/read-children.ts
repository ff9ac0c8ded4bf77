import { dirname, isAbsolute, join, resolve } from 'node:path';
import type { Description } from '../actions/action.ts';
import type { Diagnostic } from '../core/diagnostics/diagnostic.ts';
import type { Reading, Source } from './read-runbook.ts';
import type { Child } from './rules/facts.ts';
import type { Runbook, SourcedRunbook } from './runbook.ts';

/** The text of the runbook in a file, or why it cannot be read. */
export type FindRunbook = (file: string) => string | { readonly trouble: string };

/** A runbook that is being read, because one below it is. */
export interface Above {
  readonly file: string;
  readonly name: string;
}

/** A runbook, one that it runs, and one that this runs: more levels nobody keeps in mind at night. */
const mostLevels = 3;

interface Way {
  readonly catalogue: readonly Description[];
  /** The runbooks that lead here, the first one first. */
  readonly above: readonly Above[];
  readonly read: (source: Source, above: readonly Above[]) => Reading;
}

interface Children {
  readonly known: ReadonlyMap<string, Child>;
  readonly sources: Pick<SourcedRunbook, 'children'>;
  /** Their mistakes, with their own files. */
  readonly diagnostics: readonly Diagnostic[];
}

/** Reads the other runbooks that the steps of one run, and those that they run. */
export function readChildren(source: Source, runbook: Runbook | undefined, way: Way): Children {
  const known = new Map<string, Child>();
  const children: Record<string, SourcedRunbook> = {};
  const diagnostics: Diagnostic[] = [];
  const above = [...way.above, { file: source.file, name: runbook?.name ?? '' }];
  for (const written of runbook ? filesOf(runbook, way.catalogue) : []) {
    const found = find(written, source, above);
    if ('problem' in found) known.set(written, found);
    else {
      const reading = way.read(found, above);
      diagnostics.push(...reading.diagnostics.map((one) => inFile(one, found)));
      const same = reading.runbook && sameName(reading.runbook, above);
      if (same) known.set(written, same);
      else known.set(written, reading.runbook ?? { broken: true });
      if (reading.runbook) children[written] = reading.runbook;
    }
  }
  return { known, diagnostics, sources: Object.keys(children).length > 0 ? { children } : {} };
}

function filesOf({ systems }: Runbook, catalogue: readonly Description[]): ReadonlySet<string> {
  const running = new Set(catalogue.filter(({ startsRun }) => startsRun).map(({ name }) => name));
  const files = new Set<string>();
  for (const { prepare, fence, recover, verify, rollback, cleanup } of Object.values(systems)) {
    const fences = fence && 'length' in fence ? fence : [];
    for (const { use, with: input } of [prepare, fences, recover, verify, rollback, cleanup].flat()) {
      const { file } = input;
      if (running.has(use) && typeof file === 'string' && !file.includes('{{')) files.add(file);
    }
  }
  return files;
}

function find(
  written: string,
  { file: from, find: text }: Source,
  above: readonly Above[],
): Source | { readonly problem: Extract<Child, { problem: unknown }>['problem'] } {
  const file = isAbsolute(written) ? written : join(dirname(from), written);
  const circle = above.findIndex((one) => resolve(one.file) === resolve(file));
  if (circle >= 0) return cycle([...above.slice(circle).map((one) => one.file), file]);
  if (above.length >= mostLevels) return tooDeep([...above.map((one) => one.file), file]);
  const found = text?.(file) ?? { trouble: 'no other file can be read from here' };
  if (typeof found !== 'string') return unreadable(file, found.trouble);
  // Mistakes are told with the lines that they stand in: those of a file that is something else are nobody's business.
  if (!seemsRunbook(found))
    return unreadable(file, 'it is no runbook, for it does not begin with muster: v1');
  return { text: found, file, ...(text && { find: text }) };
}

const inBlock = /^["']?muster["']?[ \t]*:/m;
const inBraces = /[{,]\s*["']?muster["']?\s*:/;

const seemsRunbook = (text: string): boolean =>
  inBlock.test(text) || (/^(?:#.*\n|\s)*\{/.test(text) && inBraces.test(text));

/** A live run of a runbook exists once, by its name: one that runs another of its own name would wait for itself. */
function sameName({ runbook, file }: SourcedRunbook, above: readonly Above[]) {
  const other = above.find(({ name }) => name === runbook.name);
  if (!other) return undefined;
  const summary = `${file} bears the name of ${other.file}, which runs it: both are "${runbook.name}".`;
  return {
    problem: { code: 'MUSTER_CHILD_CYCLE', summary, hint: 'Give one of them another name.' },
  } as const;
}

function inFile(diagnostic: Diagnostic, { file, text }: Source): Diagnostic {
  if (diagnostic.in) return diagnostic;
  const line = diagnostic.position && text.split('\n')[diagnostic.position.line - 1];
  return { ...diagnostic, in: { file, ...(line !== undefined && { line }) } };
}

const cycle = (files: readonly string[]) => ({
  problem: {
    code: 'MUSTER_CHILD_CYCLE' as const,
    summary: `These runbooks run each other in a circle: ${files.join(' > ')}.`,
    hint: 'Take one of the steps out: nothing can be recovered inside of its own recovery.',
  },
});

const tooDeep = (files: readonly string[]) => ({
  problem: {
    code: 'MUSTER_CHILD_DEPTH' as const,
    summary: `Runbooks may run each other ${mostLevels} levels deep, and this is one more: ${files.join(' > ')}.`,
    hint: 'Let the first runbook run the last one itself.',
  },
});

const unreadable = (file: string, trouble: string) => ({
  problem: {
    code: 'MUSTER_CHILD_UNREADABLE' as const,
    summary: `${file} cannot be read: ${trouble}.`,
    hint: 'A file is named as seen from the runbook that names it.',
  },
});
