import { execFile } from 'node:child_process';
import { lstat, rm } from 'node:fs/promises';
import { isAbsolute } from 'node:path';
import { promisify } from 'node:util';
import type { ActionContext } from '../action.ts';
import { readMarker } from '../marker.ts';
import { mountedWithin } from '../mount-points.ts';
import { asideNote, readAsideNote } from '../set-aside.ts';

/**
 * Removes a directory that bears the marker of this run and in which nothing is mounted.
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
  if (marker?.run !== run) {
    const aside = await readAsideNote(place);
    if (aside?.run === run) return `it is old data, set aside at ${new Date(aside.at).toISOString()}`;
    return marker ? `it bears the marker of run ${marker.run}` : 'it bears no marker';
  }
  return removeTree(place);
}

/** Removes a directory, then its note; one in which something is mounted is left as it is, for rm would go into a bind mount. */
export async function removeTree(place: string): Promise<string> {
  const mounted = await mountedWithin(place);
  if (mounted !== undefined) return `something is mounted at ${mounted}: unmount it first`;
  try {
    await promisify(execFile)('rm', ['-rf', '--one-file-system', '--', place]);
  } catch (error) {
    return (error as Error & { stderr: string }).stderr.trim() || (error as Error).message;
  }
  await rm(asideNote(place), { force: true });
  return 'removed';
}
