import { execFile } from 'node:child_process';
import { lstat, stat } from 'node:fs/promises';
import { dirname, isAbsolute } from 'node:path';
import { promisify } from 'node:util';
import type { ActionContext } from '../action.ts';
import { readMarker } from '../marker.ts';

/**
 * Removes a directory that bears the marker of this run, and nothing that is mounted in it.
 * @returns `removed`, `gone` where nothing is there, or why it was left.
 */
export async function removeMarked(place: string, { run }: Pick<ActionContext, 'run'>): Promise<string> {
  if (!isAbsolute(place)) return 'it is no directory, remove it by hand';
  const there = await lstat(place).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (!there) return 'gone';
  if (!there.isDirectory()) return 'it is no directory, and bears no marker';
  const marker = await readMarker(place);
  if (marker?.run !== run) return marker ? `it bears the marker of run ${marker.run}` : 'it bears no marker';
  if ((await stat(dirname(place))).dev !== there.dev) return 'something is mounted there';
  try {
    await promisify(execFile)('rm', ['-rf', '--one-file-system', '--', place]);
    return 'removed';
  } catch (error) {
    return (error as Error & { stderr: string }).stderr.trim() || (error as Error).message;
  }
}
