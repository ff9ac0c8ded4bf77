import { createHash } from 'node:crypto';
import { appendFile, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ActionContext } from './action.ts';

/** Written into every directory that a run makes. Clean-up touches nothing else. */
export const markerFile = '.muster-run.json';

/** In a step's work directory: what it marked, a JSON text a line. */
export const madeFile = 'made.jsonl';

export interface Marker {
  readonly run: string;
  readonly token: string;
  readonly try: string;
}

/** The token of a run: short, and fit for the name of a database or a file. */
export const runToken = (run: string): string =>
  `m${createHash('sha256').update(run).digest('hex').slice(0, 12)}`;

/**
 * Marks a directory as made by this run, and records in the step's directory that it was made: clean-up finds
 * it even where the step never came to report it. Written whole or not at all.
 */
export async function writeMarker(
  directory: string,
  context: Pick<ActionContext, 'run' | 'token' | 'try' | 'workDirectory'>,
): Promise<void> {
  const marker: Marker = { run: context.run, token: context.token, try: context.try };
  const beside = join(directory, `${markerFile}.tmp`);
  await appendFile(join(context.workDirectory, madeFile), `${JSON.stringify(directory)}\n`);
  await writeFile(beside, `${JSON.stringify(marker)}\n`);
  await rename(beside, join(directory, markerFile));
}

/** Reads whose a directory is; undefined where it bears no marker, or one that nobody can read. */
export async function readMarker(directory: string): Promise<Marker | undefined> {
  const text = await readFile(join(directory, markerFile), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined;
    throw error;
  });
  return text === undefined ? undefined : parseMarker(text);
}

function parseMarker(text: string): Marker | undefined {
  try {
    const marker = JSON.parse(text) as Partial<Marker> | null;
    const { run, token, try: made } = marker ?? {};
    if (typeof run !== 'string' || typeof token !== 'string' || typeof made !== 'string') return undefined;
    return { run, token, try: made };
  } catch {
    return undefined; // Half a marker marks nothing: the directory is left alone.
  }
}

/** The environment of what a run starts: by it a process is found again when its pid was lost. */
export const markedEnvironment = (
  context: Pick<ActionContext, 'run' | 'token'>,
): Readonly<Record<string, string>> => ({ MUSTER_RUN: context.run, MUSTER_TOKEN: context.token });
