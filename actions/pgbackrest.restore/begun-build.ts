import { chown, mkdir, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { ActionContext } from '../action.ts';
import { type Beside, removeOldBuilds } from '../destination.ts';
import { exists } from '../exists.ts';
import { readMarker, writeMarker } from '../marker.ts';
import type { Account } from '../servers/account.ts';

/**
 * A build that pgBackRest fills. It wants an empty directory, or with `--delta` one whose every stranger it deletes: so
 * the run's marker is in a shell around it.
 */
export interface Begun {
  readonly shell: string;
  readonly data: string;
  /** A try of this run that was killed has begun it: what is there already need not be fetched again. */
  readonly goesOn: boolean;
}

export async function begin(beside: Beside, { uid, gid }: Account, context: ActionContext): Promise<Begun> {
  const shell = beside.build;
  const data = join(shell, 'data');
  const left = await leftBy(beside, context.run);
  if (left !== undefined && left !== shell) await rename(left, shell);
  await removeOldBuilds(beside, context.run, shell);
  await mkdir(data, { recursive: true, mode: 0o700 });
  for (const directory of [shell, data]) await chown(directory, uid, gid);
  await writeMarker(shell, context);
  // Without one of these pgBackRest takes a directory for somebody else's.
  const known = await Promise.all(['PG_VERSION', 'backup.manifest'].map((name) => exists(join(data, name))));
  return { shell, data, goesOn: known.includes(true) };
}

/** Takes the shell away; what was in it bears the marker from then on. */
export async function finish({ shell, data }: Begun, context: ActionContext): Promise<void> {
  await writeMarker(data, context);
  const bare = `${shell}.bare`;
  await rename(data, bare);
  await rm(shell, { recursive: true });
  await rename(bare, shell);
}

async function leftBy({ destination }: Beside, run: string): Promise<string | undefined> {
  const parent = dirname(destination);
  const names = (await readdir(parent)).filter((name) => name.startsWith(`${basename(destination)}.new-`));
  for (const name of names) {
    const shell = join(parent, name);
    if ((await readMarker(shell))?.run === run && (await exists(join(shell, 'data')))) return shell;
  }
  return undefined;
}
