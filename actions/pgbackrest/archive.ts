import { mkdir, chown, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { ActionContext } from '../action.ts';
import type { ArchivedSegment } from '../postgres/wal-archive.ts';
import { forShell } from '../postgres/settings.ts';
import { argvOf, type Backup, type Caller, pgbackrest } from './repository.ts';

const listingShape = z.record(
  z.string(),
  z.object({ type: z.string(), size: z.number().optional(), time: z.number().optional() }),
);

/** As pgBackRest names it: the segment, its checksum, how it is packed. What is `.partial` is no whole segment. */
const archived = /(?:^|\/)([0-9A-F]{24})-[0-9a-f]{40}(?:\.\w+)?$/;

/**
 * The segments in the archive of a backup, or in one directory of it. Their size is that of a whole segment: in the
 * repository they are packed.
 */
export async function segments(
  caller: Caller,
  { archive, below = '', segmentSize }: { archive: string; below?: string; segmentSize: number },
  context: ActionContext,
): Promise<ArchivedSegment[]> {
  const { repository } = caller;
  const into = join(context.workDirectory, 'archive.json');
  const path = `archive/${repository.stanza}/${archive}${below && `/${below}`}`;
  const argv = [...argvOf(repository, 'repo-ls', ['--recurse', '--output=json']), path];
  await pgbackrest(caller, { doing: 'Reading what WAL is archived', argv, into }, context);
  const listing = listingShape.parse(JSON.parse(await readFile(into, 'utf8')));
  return Object.entries(listing).flatMap(([file, { time = 0 }]) => {
    const name = archived.exec(file)?.[1];
    return name === undefined ? [] : [{ name, size: segmentSize, time: time * 1_000 }];
  });
}

/** When the newest segment of a backup's archive was archived, in milliseconds; undefined where there is none. */
export async function archivedUpTo(
  caller: Caller,
  { archive, newestSegment }: Backup,
  context: ActionContext,
): Promise<number | undefined> {
  if (newestSegment === undefined) return undefined;
  const found = await segments(
    caller,
    { archive, below: newestSegment.slice(0, 16), segmentSize: 0 },
    context,
  );
  return found.length > 0 ? Math.max(...found.map(({ time }) => time)) : undefined;
}

/** A `restore_command` that fetches from the repository; the passphrase is in the environment of the server. */
export const restoreCommand = (caller: Caller, directory: string, lockPath: string): string => {
  const options = [`--pg1-path=${directory}`, `--lock-path=${lockPath}`, '--no-archive-async'];
  const argv = argvOf(caller.repository, 'archive-get', [...options, '--log-level-console=warn']);
  return `${argv.map(forShell).join(' ')} %f "%p"`;
};

/** Locks of our own: another pgBackRest at work on the same stanza is none of our business. */
export async function makeLockPath({ account }: Caller, { workDirectory }: ActionContext): Promise<string> {
  const path = join(workDirectory, 'pgbackrest-lock');
  await mkdir(path, { recursive: true, mode: 0o700 });
  await chown(path, account.uid, account.gid);
  return path;
}
