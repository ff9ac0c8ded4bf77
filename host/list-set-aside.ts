import { execFile } from 'node:child_process';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { isUnfinished } from '../actions/destination.ts';
import { exists } from '../actions/exists.ts';
import { readJsonLines, text } from '../actions/json-lines.ts';
import { madeFile, readMarker } from '../actions/marker.ts';
import { readSetAside, type SetAside } from '../actions/set-aside.ts';
import { stepFiles } from '../actions/step-files.ts';
import { idOf, stepsDirectory } from './step-directory.ts';

/** What a run has left on this host beside what it restored. `build`: a restore that was begun and never swapped in. */
export interface LeftAside extends Omit<SetAside, 'kind'> {
  readonly kind: SetAside['kind'] | 'build';
  /** What it takes on the disk; absent of a database, and where nobody could look. */
  readonly bytes?: number;
}

/**
 * What the runs of this host have set aside and what is still there, the oldest first; of one run where it is named.
 * A database that was dropped by hand since nobody sees here.
 */
export async function listSetAside(
  home: string,
  run: string | undefined,
  log: (line: string) => void,
): Promise<LeftAside[]> {
  const found = new Map<string, Omit<LeftAside, 'bytes'>>();
  const gone = new Set<string>();
  for (const name of await namesIn(stepsDirectory(home))) {
    // That a database is gone another run may have noted, which deleted it.
    const isMeant = run === undefined || idOf(name) === run;
    const below = join(stepsDirectory(home), name);
    for (const step of await namesIn(below)) {
      const work = join(below, step, stepFiles.work);
      for (const one of [...(await readSetAside(work, log)), ...(isMeant ? await begunIn(work, log) : [])])
        if (one.gone) gone.add(one.place);
        else if (run === undefined || one.run === run) found.set(one.place, one);
    }
  }
  const there = [...found.values()].filter(({ place }) => !gone.has(place));
  const left = await Promise.all(there.map(measured));
  return left.filter((one) => one !== undefined).toSorted((a, b) => a.at - b.at);
}

async function begunIn(work: string, log: (line: string) => void): Promise<LeftAside[]> {
  const found: LeftAside[] = [];
  for (const place of await readJsonLines(join(work, madeFile), text, log)) {
    const replaced = isUnfinished(place);
    const marker = replaced === undefined ? undefined : await readMarker(place);
    if (replaced === undefined || !marker) continue;
    const at = Math.round((await stat(place)).mtimeMs);
    found.push({ run: marker.run, try: marker.try, at, kind: 'build', place, replaced });
  }
  return found;
}

/** Undefined where it is not there any more. */
async function measured(one: Omit<LeftAside, 'bytes'>): Promise<LeftAside | undefined> {
  if (one.kind === 'database') return one;
  if (!(await exists(one.place))) return undefined;
  const argv = ['--summarize', '--one-file-system', '--block-size=1', '--', one.place];
  // It also fails where a part is not ours to look at, and says what it has counted all the same.
  const { stdout } = await promisify(execFile)('du', argv).catch((error: { readonly stdout?: string }) => ({
    stdout: error.stdout ?? '',
  }));
  const bytes = Number.parseInt(stdout, 10);
  return Number.isNaN(bytes) ? one : { ...one, bytes };
}

async function namesIn(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
}
