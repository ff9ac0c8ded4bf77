import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Instant } from '../../core/units.ts';
import { ActionFailure } from '../action.ts';
import { type BackupInfo, readBackupInfo } from '../backup-info.ts';
import { exists } from '../exists.ts';
import { filesBelow } from '../tree.ts';

export interface BaseBackup extends BackupInfo {
  /** As pg_basebackup makes it: the cluster's files, or `base.tar` or `base.tar.gz` with `backup_manifest`. */
  readonly directory: string;
  /** What is unpacked: the directory itself or the archive in it. */
  readonly files: string;
  /** `ID.sha256` beside it, where there is one. */
  readonly checksums?: string;
}

/**
 * Chooses a base backup of a repository: the one that is named, else the newest that was complete by a moment.
 * @throws ActionFailure that lists what there is where none fits.
 */
export async function chooseBase(
  repository: string,
  { backup, until }: { readonly backup?: string; readonly until?: Instant },
): Promise<BaseBackup> {
  const all = await listBases(repository);
  const fits = all.filter(({ id, time }) => (backup ?? id) === id && (until === undefined || time <= until));
  const chosen = fits.at(-1);
  if (chosen) return chosen;
  const there = all.map(({ id, time }) => `${id} (complete at ${new Date(time).toISOString()})`).join(', ');
  const wanted = [
    ...(backup === undefined ? [] : [`with the id ${backup}`]),
    ...(until === undefined ? [] : [`that was complete by ${new Date(until).toISOString()}`]),
  ].join(' ');
  throw new ActionFailure(
    `${repository} holds no base backup ${wanted}. There is: ${there || 'none'}. A base backup reaches forward by archived WAL, never back.`,
  );
}

/** Every base backup of a repository, the oldest first. */
export async function listBases(repository: string): Promise<BaseBackup[]> {
  const bases = join(repository, 'base');
  const entries = await readdir(bases, { withFileTypes: true }).catch((cause: NodeJS.ErrnoException) => {
    throw new ActionFailure(`The base backups in ${bases} cannot be read (${cause.code}).`, { cause });
  });
  const found = entries.filter((entry) => entry.isDirectory()).map(({ name }) => readBase(bases, name));
  return (await Promise.all(found)).sort((a, b) => a.time - b.time);
}

async function readBase(bases: string, name: string): Promise<BaseBackup> {
  const directory = join(bases, name);
  const info = await readBackupInfo(`${directory}.json`, name);
  const archives = ['base.tar.gz', 'base.tar'].map((file) => join(directory, file));
  const there = await Promise.all([...archives, `${directory}.sha256`].map(exists));
  const checksums = there[2] ? { checksums: `${directory}.sha256` } : {};
  return { ...info, directory, files: archives.find((_, index) => there[index]) ?? directory, ...checksums };
}

/** How many bytes it has unpacked, as far as that is known without doing it. */
export async function sizeOfBase({ bytes, files, directory }: BaseBackup): Promise<number> {
  if (bytes !== undefined) return bytes;
  if (files !== directory) return (await stat(files)).size;
  let sum = 0;
  for await (const { size } of filesBelow(directory)) sum += size;
  return sum;
}
