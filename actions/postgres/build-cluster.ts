import { appendFile, chmod, chown, mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ActionFailure, type ActionContext } from '../action.ts';
import { readChecksums, verifyTree } from '../checksums.ts';
import { runOrFail } from '../child-process.ts';
import { exists } from '../exists.ts';
import { markerFile, writeMarker } from '../marker.ts';
import { unpack } from '../unpack.ts';
import type { Account } from '../servers/account.ts';
import type { BaseBackup } from './repository.ts';
import { verifyBackupExits } from './exits.ts';
import { asLines, ownFiles, ownSettings, type ServerSettings, titleOf } from './settings.ts';

export interface ClusterBuild {
  readonly base: BaseBackup;
  /** Where it is built; the settings are those for where it will live. */
  readonly build: string;
  readonly account: Account;
  readonly bytes: number;
}

/** Copies a base backup into a new directory that belongs to the account. */
export async function copyBase(
  { base, build, account, bytes }: ClusterBuild,
  context: ActionContext,
): Promise<void> {
  await mkdir(build, { mode: 0o700 });
  await chown(build, account.uid, account.gid);
  let done = 0;
  const onBytes = (count: number) =>
    context.progress({
      done: (done += count),
      total: bytes,
      unit: 'bytes',
      doing: 'copying the base backup',
    });
  await unpack({ from: base.files, into: build, as: account.as, onBytes }, context);
  await chmod(build, 0o700);
  const manifest = join(base.directory, 'backup_manifest');
  const apart = base.files !== base.directory && base.checksums === undefined;
  if (apart && (await exists(manifest))) {
    await give(join(build, 'backup_manifest'), await readFile(manifest, 'utf8'), account);
  }
  await mustHaveNoTablespaces(build);
}

/**
 * Verifies the copy, file by file: against `ID.sha256` where it stands beside the backup, else against its
 * `backup_manifest` by pg_verifybackup.
 */
export async function verifyBase(
  { base, build, account, bytes }: ClusterBuild,
  binaries: string,
  context: ActionContext,
): Promise<void> {
  if (base.checksums !== undefined) {
    let done = 0;
    const onBytes = (count: number) =>
      context.progress({ done: (done += count), total: bytes, unit: 'bytes', doing: 'verifying' });
    await verifyTree(build, await readChecksums(base.checksums), { signal: context.signal, onBytes });
    return;
  }
  const tool = join(binaries, 'pg_verifybackup');
  if (!(await exists(join(build, 'backup_manifest'))) || !(await exists(tool))) {
    throw new ActionFailure(
      `The base backup ${base.id} cannot be verified: there is no ${base.directory}.sha256, and no backup_manifest with a pg_verifybackup in ${binaries}. Nothing was replaced.`,
    );
  }
  context.progress({ doing: 'verifying' });
  const argv = [...account.as, tool, '--no-parse-wal', '--quiet', '--ignore', markerFile, build];
  await runOrFail(argv, context, {
    doing: `Verifying the base backup ${base.id}`,
    codes: verifyBackupExits,
  });
}

/** Makes a verified copy a cluster of its own, that recovers when it is started. */
export async function configure(
  { build, account }: Pick<ClusterBuild, 'build' | 'account'>,
  settings: ServerSettings,
  context: ActionContext,
): Promise<void> {
  const stale = ['postmaster.pid', 'postmaster.opts', 'standby.signal', 'recovery.conf', 'server.log'];
  for (const name of stale) await rm(join(build, name), { force: true });
  const slots = join(build, 'pg_replslot');
  for (const name of await readdir(slots)) await rm(join(slots, name), { recursive: true });
  await give(join(build, 'recovery.signal'), '', account);
  if (!(await exists(join(build, 'pg_hba.conf')))) await give(join(build, 'pg_hba.conf'), ownAccess, account);
  if (!(await exists(join(build, 'pg_ident.conf')))) await give(join(build, 'pg_ident.conf'), '', account);
  const title = titleOf(settings.dataDirectory);
  await extend(join(build, 'postgresql.conf'), asLines(ownFiles(settings.dataDirectory), title), account);
  await extend(join(build, 'postgresql.auto.conf'), asLines(ownSettings(settings), title), account);
  await writeMarker(build, context);
  await chown(join(build, markerFile), account.uid, account.gid);
}

/** Debian keeps the rules of access outside of the data directory, where no base backup finds them. */
const ownAccess = 'local all all peer\nhost all all samehost scram-sha-256\n';

/** A tablespace of the original would be written to in its place. */
async function mustHaveNoTablespaces(build: string): Promise<void> {
  const links = await readdir(join(build, 'pg_tblspc')).catch(() => []);
  const map = await readFile(join(build, 'tablespace_map'), 'utf8').catch(() => '');
  if (links.length === 0 && map.trim() === '') return;
  throw new ActionFailure(
    'The base backup has tablespaces outside of the data directory, which postgres.restore does not restore. Nothing was replaced. Restore it with a tool that maps them, by `command`.',
  );
}

async function extend(file: string, lines: string, { uid, gid }: Account): Promise<void> {
  await appendFile(file, `\n${lines}`);
  await chown(file, uid, gid);
}

async function give(file: string, text: string, { uid, gid }: Account): Promise<void> {
  await writeFile(file, text, { mode: 0o600 });
  await chown(file, uid, gid);
}
