import { constants, copyFile, open, readFile } from 'node:fs/promises';
import { canonical } from '../core/canonical.ts';
import type { Event } from '../core/event.ts';

/** Where the events of a file end that are still true: the number of the last one, and the byte behind it. */
export interface Stand {
  readonly seq: number;
  readonly end: number;
}

/**
 * Where the events of a file, and others of the same numbers, part: a run that was reset went on differently from there. Undefined
 * where they are the same.
 */
export async function forkOf(file: string, events: readonly Event[]): Promise<Stand | undefined> {
  const others = new Map(events.map((event) => [event.seq, event]));
  const bytes = await readFile(file);
  for (let start = 0, end: number; (end = bytes.indexOf('\n', start)) >= 0; start = end + 1) {
    const event = JSON.parse(bytes.toString('utf8', start, end)) as Event;
    const other = others.get(event.seq);
    if (other && canonical(other) !== canonical(event)) return { seq: event.seq - 1, end: start };
  }
  return undefined;
}

/** Keeps a copy of a file on the disk as `NAME.branch-N`: what happened before a reset happened, though the run forgot it. */
export async function keepBranch(file: string): Promise<void> {
  for (let number = 1; ; number += 1) {
    const branch = `${file}.branch-${number}`;
    try {
      await copyFile(file, branch, constants.COPYFILE_EXCL);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      continue;
    }
    const handle = await open(branch, 'r');
    try {
      return await handle.sync();
    } finally {
      await handle.close();
    }
  }
}
