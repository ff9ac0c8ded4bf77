import { execFile } from 'node:child_process';
import { lstat, rm, stat } from 'node:fs/promises';
import { dirname, isAbsolute } from 'node:path';
import { promisify } from 'node:util';
import type { ActionContext } from '../action.ts';
import { readMarker } from '../marker.ts';
import { asideNote, readAsideNote } from '../set-aside.ts';

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
  if (marker?.run !== run) {
    const aside = await readAsideNote(place);
    if (aside?.run === run) return `it is old data, set aside at ${new Date(aside.at).toISOString()}`;
    return marker ? `it bears the marker of run ${marker.run}` : 'it bears no marker';
  }
  return removeTree(place, there.dev);
}

/** Removes a directory, then its note, and nothing that is mounted in it. @param device of the directory itself. */
export async function removeTree(place: string, device: number): Promise<string> {
  if ((await stat(dirname(place))).dev !== device) return 'something is mounted there';
  try {
    await promisify(execFile)('rm', ['-rf', '--one-file-system', '--', place]);
  } catch (error) {
    return (error as Error & { stderr: string }).stderr.trim() || (error as Error).message;
  }
  await rm(asideNote(place), { force: true });
  return 'removed';
}
