import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Instant } from '../../core/units.ts';
import { ActionFailure } from '../action.ts';
import { mustHoldSome } from '../left-out.ts';
import { type Backup, readBackup } from './backup.ts';

/** The directories below `base/`, in no order. @throws ActionFailure where it cannot be read. */
export async function backupDirectories(repository: string): Promise<string[]> {
  const base = join(repository, 'base');
  const entries = await readdir(base, { withFileTypes: true }).catch((cause: NodeJS.ErrnoException) => {
    throw new ActionFailure(`The backups in ${base} cannot be read (${cause.code}).`, { cause });
  });
  const directories = entries.filter((entry) => entry.isDirectory());
  mustHoldSome(directories, 'directory of a backup', base);
  return directories.map(({ name }) => join(base, name));
}

/**
 * Finds the backup that is named, or the newest that was complete by a moment, and all that it stands on.
 * @returns the full backup first, then its increments as they must be applied.
 * @throws ActionFailure where there is none, where one cannot be read, or where the chain has a hole.
 */
export async function chooseChain(
  repository: string,
  { backup, until }: { readonly backup?: string | undefined; readonly until?: Instant | undefined },
): Promise<readonly Backup[]> {
  const all = await Promise.all((await backupDirectories(repository)).map(readBackup));
  const fits = all.filter(({ id, time }) => (backup ?? id) === id && time <= (until ?? Infinity));
  const newest = fits.sort((a, b) => a.time - b.time || a.lastLsn - b.lastLsn).at(-1);
  if (newest) return chainOf(newest, all);
  const there = all.map(({ id, time }) => `${id} (complete at ${new Date(time).toISOString()})`).join(', ');
  const by = until === undefined ? '' : ` that was complete by ${new Date(until).toISOString()}`;
  throw new ActionFailure(
    `${repository} has no backup ${backup ?? ''}${by}. There is: ${there || 'none'}. A backup reaches forward by binary logs, never back.`,
    { kind: 'terminal' },
  );
}

/** Increments of `ID` are called `ID.inc…`; where each begins and ends says in which order they were made. */
export function chainOf(last: Backup, all: readonly Backup[]): readonly Backup[] {
  const chain = [last];
  for (let next = last; !next.full; chain.unshift(next)) next = before(next, chain, all);
  return chain;
}

function before(one: Backup, chain: readonly Backup[], all: readonly Backup[]): Backup {
  const family = all.filter((other) => familyOf(other) === familyOf(one) && !chain.includes(other));
  const fits = family.filter(({ toLsn, lastLsn }) => toLsn === one.fromLsn && lastLsn <= one.lastLsn);
  const found = fits.sort((a, b) => a.lastLsn - b.lastLsn).at(-1);
  if (found) return found;
  const there = family.map(({ id, toLsn }) => `${id} (${toLsn})`).join(', ');
  throw new ActionFailure(
    `The chain of ${chain.at(-1)?.id} has a hole: ${one.id} begins at LSN ${one.fromLsn}, and no backup of ${familyOf(one)} ends there. There is: ${there || 'none'}. Nothing was replaced. Find the missing one, or restore an older backup.`,
    { kind: 'terminal' },
  );
}

const familyOf = ({ id }: Backup): string => id.replace(/\.inc[^.]*$/, '');
