import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type Estate, siteOf } from './layout.ts';

/**
 * The loss of the primary site: the database's files and the uploads are gone while everything runs. No server is
 * ended: the old database may go on confirming orders out of memory, and that is why a recovery fences it.
 */
export function destroyPrimary(estate: Estate): void {
  const { databaseDirectory, uploads } = siteOf(estate, 'primary');
  for (const directory of [databaseDirectory, uploads]) {
    for (const entry of readdirSync(directory)) remove(join(directory, entry));
  }
}

/** What still writes may make a file between the look into a directory and its removal. */
function remove(path: string): void {
  for (let left = 50; ; left -= 1) {
    try {
      rmSync(path, { recursive: true, force: true });
      return;
    } catch (error) {
      if (left === 0 || (error as NodeJS.ErrnoException).code !== 'ENOTEMPTY') throw error;
    }
  }
}
