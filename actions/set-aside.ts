import { appendFile, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ActionContext } from './action.ts';
import { replaceDurably } from './durable.ts';
import { readJsonLines } from './json-lines.ts';
import { stepFiles } from './step-files.ts';

/** In a step's work directory: what it set aside, a JSON text a line. */
export const asideFile = 'aside.jsonl';

/** Old data that a run has taken out of the way and kept. It bears no marker of the run inside: it is not the run's. */
export interface SetAside {
  readonly run: string;
  readonly try: string;
  /** When it was set aside, in milliseconds since 1970: its age. */
  readonly at: number;
  readonly kind: 'directory' | 'database';
  /** Where it is kept: a path, or the name of a database. */
  readonly place: string;
  /** Where it was, and what it was replaced by is now. */
  readonly replaced: string;
  /** Of a database, which nobody looks for: it is not there any more, back in its place or dropped. */
  readonly gone?: true;
}

/** Beside a directory that is set aside: says to whoever finds it what it is. */
export const asideNote = (place: string): string => `${place}.muster.json`;

/** Writes down, durably and before it is done, that something is set aside; a directory gets its note as well. */
export async function noteSetAside(
  what: Pick<SetAside, 'kind' | 'place' | 'replaced' | 'gone'>,
  { run, try: id, workDirectory }: Pick<ActionContext, 'run' | 'try' | 'workDirectory'>,
): Promise<void> {
  const note = JSON.stringify({ run, try: id, at: Date.now(), ...what } satisfies SetAside);
  await appendFile(join(workDirectory, asideFile), `${note}\n`, { flush: true });
  if (what.kind === 'directory') await replaceDurably(asideNote(what.place), note);
}

/** The note of a directory; undefined where it has none, or one that nobody can read. */
export async function readAsideNote(place: string): Promise<SetAside | undefined> {
  return parseSetAside(await readIfThere(asideNote(place)));
}

const readIfThere = (file: string): Promise<string> =>
  readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return '';
    throw error;
  });

/** What the steps of a run have set aside, by their notes on this host. */
export async function notesOfRun(runDirectory: string): Promise<readonly SetAside[]> {
  const steps = await readdir(runDirectory, { withFileTypes: true });
  const texts = steps
    .filter((step) => step.isDirectory())
    .map(({ name }) => readIfThere(join(runDirectory, name, stepFiles.work, asideFile)));
  const lines = (await Promise.all(texts)).join('\n').split('\n');
  return lines.flatMap((line) => parseSetAside(line) ?? []);
}

/** Half a line, as a full disk leaves it, says nothing. */
function parseSetAside(text: string): SetAside | undefined {
  try {
    return parse(JSON.parse(text));
  } catch {
    return undefined; // Half a note says nothing.
  }
}

/** What a step has noted in its work directory. */
export const readSetAside = (workDirectory: string, log: (line: string) => void): Promise<SetAside[]> =>
  readJsonLines(join(workDirectory, asideFile), parse, log);

function parse(value: unknown): SetAside | undefined {
  const said = value as Partial<SetAside> | null;
  const texts = [said?.run, said?.try, said?.kind, said?.place, said?.replaced];
  if (!texts.every((one) => typeof one === 'string') || typeof said?.at !== 'number') return undefined;
  return said as SetAside;
}
