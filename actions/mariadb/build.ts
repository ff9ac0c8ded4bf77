import { chown, mkdir, readdir, rename, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type ActionContext, ActionFailure } from '../action.ts';
import { meaningOf } from '../exit-codes.ts';
import { readChecksums, verifyTree } from '../checksums.ts';
import { runChild, runOrFail } from '../child-process.ts';
import type { Account } from '../servers/account.ts';
import { filesBelow } from '../tree.ts';
import { unpack } from '../unpack.ts';
import type { Backup } from './backup.ts';
import { mariadbExits } from './exits.ts';

export interface Build {
  readonly chain: readonly Backup[];
  readonly account: Account;
  /** The directory that is built, and that bears the run's marker. */
  readonly into: string;
  /** Of all backups of the chain. */
  readonly bytes: number;
}

/**
 * Copies a full backup and prepares it, then one increment after the other. Preparing an increment alters it, so each is
 * copied too, and removed when it was applied. All of that is below the directory that is built, and goes with it.
 */
export async function prepareChain(build: Build, context: ActionContext): Promise<void> {
  const { chain, account, into } = build;
  const [data, beside] = ['.muster-data', '.muster-increment'].map((name) => join(into, name)) as [string, string]; // prettier-ignore
  const copying = counter('copying', build.bytes, context);
  for (const backup of chain) {
    const to = backup.full ? data : beside;
    await mkdir(to);
    await copyVerified(backup, { account, to, copying }, context);
    const more = backup.full ? [] : [`--incremental-dir=${beside}`];
    await prepare(backup, { account, data, more }, context);
    if (!backup.full) await rm(beside, { recursive: true });
  }
  for (const name of await readdir(data)) await rename(join(data, name), join(into, name));
  await rmdir(data);
  await chown(into, account.uid, account.gid);
}

function counter(doing: string, total: number, context: ActionContext): (bytes: number) => void {
  let done = 0;
  return (bytes) => context.progress({ done: (done += bytes), total, unit: 'bytes', doing });
}

async function copyVerified(
  backup: Backup,
  {
    account,
    to,
    copying,
  }: Pick<Build, 'account'> & { readonly to: string; readonly copying: (bytes: number) => void },
  context: ActionContext,
): Promise<void> {
  await unpack({ from: backup.directory, into: to, as: [], onBytes: copying }, context);
  if (backup.checksums !== undefined) {
    const onBytes = () => context.progress({ doing: `verifying ${backup.id}` });
    await verifyTree(to, await readChecksums(backup.checksums), { signal: context.signal, onBytes });
  }
  const owner = `${account.uid}:${account.gid}`;
  await runOrFail(['chown', '--recursive', owner, to], context, { doing: `Giving ${to} to ${owner}` });
}

async function prepare(
  { id }: Backup,
  {
    account,
    data,
    more,
  }: { readonly account: Account; readonly data: string; readonly more: readonly string[] },
  context: ActionContext,
): Promise<void> {
  context.progress({ doing: `preparing ${id}` });
  const argv = ['mariabackup', '--no-defaults', '--prepare', `--target-dir=${data}`, ...more];
  const { exit, stderr } = await runChild([...account.as, ...argv], context, { cwd: '/' });
  const said = stderr.text(100_000);
  if (exit === 0 && /completed OK!\s*$/.test(said)) return;
  throw new ActionFailure(
    `Preparing ${id} failed, and nothing was replaced: mariabackup exited with ${exit} (${meaningOf(exit, mariadbExits).means}). It said: ${complaints(said)}`,
    { kind: meaningOf(exit, mariadbExits).kind },
  );
}

/** What it complains of stands far above where it ends. */
function complaints(said: string): string {
  const lines = said.trim().split('\n');
  const bad = lines.filter((line) => /error|fatal|corrupt|missing|can't|cannot|fail/i.test(line));
  return (bad.length > 0 ? bad : lines).slice(-6).join('\n').slice(-2_000);
}

/** Reads every page of every table of InnoDB: preparing looks at none that nobody was changing. */
export async function verifyPages(directory: string, context: ActionContext): Promise<void> {
  let files = 0;
  for await (const { path } of filesBelow(directory)) {
    if (!path.endsWith('.ibd')) continue;
    context.progress({ done: (files += 1), unit: 'files', doing: 'verifying pages' });
    const quiet = { ...context, log: () => undefined };
    const { exit, stderr } = await runChild(['innochecksum', join(directory, path)], quiet);
    if (exit === 0) continue;
    throw new ActionFailure(
      `The backup is damaged: ${path} is not what was written. innochecksum said: ${stderr.text(500).trim()} Nothing was replaced. Restore another.`,
      { kind: 'terminal' },
    );
  }
}

export async function sizeOf(chain: readonly Backup[]): Promise<number> {
  let bytes = 0;
  for (const { directory } of chain) for await (const { size } of filesBelow(directory)) bytes += size;
  return bytes;
}
