import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Instant } from '../core/units.ts';
import { stepFiles } from '../actions/step-files.ts';

/** When something of a try wrote last, by the times of its files; undefined where there are none. */
export async function lastSign(directory: string): Promise<Instant | undefined> {
  const names = [stepFiles.started, stepFiles.log, stepFiles.progress];
  const times = await Promise.all(names.map((name) => writtenAt(join(directory, name))));
  const known = times.filter((time) => time !== undefined);
  return known.length > 0 ? Math.max(...known) : undefined;
}

async function writtenAt(file: string): Promise<Instant | undefined> {
  try {
    return Math.floor((await stat(file)).mtimeMs);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
