import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { stepFiles } from '../actions/step-files.ts';
import type { Instant } from '../core/units.ts';
import type { Observation } from './observe.ts';

type Name = keyof typeof stepFiles;

/** Which file was written when a try came to stand as it does; the first that is there. */
const written: Readonly<Record<Observation['state'], readonly Name[]>> = {
  'never-ran': ['intent'],
  running: ['started', 'intent'],
  ended: ['exit', 'report', 'intent'],
  stopped: ['exit', 'stop', 'intent'],
  unknown: ['started', 'intent'],
};

/** Since when a try stands as it was observed, by the times of its files. */
export async function standsSince(directory: string, { state }: Observation): Promise<Instant> {
  for (const name of written[state]) {
    const file = await statOf(directory, name);
    if (file) return Math.floor(file.mtimeMs);
  }
  return 0;
}

export const logBytes = async (directory: string): Promise<number> =>
  (await statOf(directory, 'log'))?.size ?? 0;

const statOf = (directory: string, name: Name) =>
  stat(join(directory, stepFiles[name])).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
    return undefined;
  });
