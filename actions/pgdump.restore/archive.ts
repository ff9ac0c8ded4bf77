import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Instant } from '../../core/units.ts';
import { type ActionContext, ActionFailure } from '../action.ts';
import { mustHoldSome } from '../left-out.ts';
import { readBackupInfo } from '../backup-info.ts';
import { exists } from '../exists.ts';
import type { Program } from '../postgres/binaries.ts';
import { filesBelow } from '../tree.ts';
import { pgRestore } from './tool.ts';
import { instantOf } from './wall-clock.ts';

/** A dump of pg_dump in its custom or its directory format, as its header tells. */
export interface Dump {
  /** Its name and the time in its header: another dump that takes its name has another id. */
  readonly id: string;
  readonly name: string;
  readonly path: string;
  /** When the dump began. */
  readonly time: Instant;
  /** What it takes on the disk. */
  readonly bytes: number;
  /** What its data takes, where a `.json` beside it says so. */
  readonly unpacked?: number;
  /** The major version of the server it was made of. */
  readonly version: number;
}

export interface Where {
  readonly backup: string;
  readonly zone?: string | undefined;
}

/** The dumps that a path means: itself, or those of a directory: `NAME.dump`, or `NAME/` with a `toc.dat`. */
export async function dumpsIn(backup: string): Promise<string[]> {
  const there = await stat(backup).catch((cause: NodeJS.ErrnoException) => {
    throw new ActionFailure(`There is no backup ${backup} (${cause.code}).`, { cause, kind: 'terminal' });
  });
  if (!there.isDirectory() || (await exists(join(backup, 'toc.dat')))) return [backup];
  const found: string[] = [];
  for (const entry of await readdir(backup, { withFileTypes: true })) {
    const path = join(backup, entry.name);
    if (entry.isFile() ? entry.name.endsWith('.dump') : await exists(join(path, 'toc.dat'))) found.push(path);
  }
  mustHoldSome(found, 'dump (*.dump, or a directory with a toc.dat)', backup);
  return found;
}

/** What the name of a dump's companions begins with: `orders` of `orders.dump`. */
export const stemOf = (path: string): string => join(dirname(path), basename(path, '.dump'));

/** @throws ActionFailure where it is no dump, or one that this pg_restore cannot read. */
export async function readDump(
  path: string,
  { zone }: Where,
  program: Program,
  context: ActionContext,
): Promise<Dump> {
  const quiet = { ...context, log: () => undefined };
  const said = await pgRestore([program.path, '--list', path], quiet, { doing: `Reading ${path}` });
  const [, wall = ''] = /^; Archive created at (\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)/m.exec(said) ?? [];
  const [, version = ''] = /^; +Dumped from database version: (\d+)/m.exec(said) ?? [];
  const name = basename(stemOf(path));
  const file = `${stemOf(path)}.json`;
  const info = (await exists(file)) ? await readBackupInfo(file, name) : undefined;
  const own = `${name}@${wall.replace(' ', 'T')}`;
  return {
    id: info && info.id !== name ? info.id : own,
    ...{ name, path, version: Number(version), bytes: await sizeOf(path) },
    time: info?.time ?? notToCome(instantOf(wall, zone), path, wall),
    ...(info?.bytes !== undefined && { unpacked: info.bytes }),
  };
}

/** Clocks of two hosts differ a little. */
const clockMs = 60_000;

function notToCome(moment: Instant, path: string, wall: string): Instant {
  if (moment <= Date.now() + clockMs) return moment;
  throw new ActionFailure(
    `The dump ${path} began at ${wall} by the clock of its host, which is yet to come: its host is in another time zone. Say it by \`zone\`, or in a .json beside the dump; else nobody knows what is lost.`,
    { kind: 'terminal' },
  );
}

async function sizeOf(path: string): Promise<number> {
  const there = await stat(path);
  if (!there.isDirectory()) return there.size;
  let bytes = 0;
  for await (const { size } of filesBelow(path)) bytes += size;
  return bytes;
}

/** The dump that is meant: the pinned one, else the newest. */
export async function chooseDump(
  { point, ...where }: Where & { readonly point?: string | undefined },
  program: Program,
  context: ActionContext,
): Promise<Dump> {
  const name = point?.replace(/@.*$/, '');
  const paths = await dumpsIn(where.backup);
  const [only] = paths;
  const named = paths.filter((path) => name === undefined || basename(stemOf(path)) === name);
  // A point may bear a name of its own, which stands in the .json beside it: then each is looked at.
  const dumps: Dump[] = [];
  for (const path of named.length > 0 ? named : paths)
    dumps.push(await readDump(path, where, program, context));
  const found = dumps
    .filter((dump) => point === undefined || point === dump.id || point === dump.name)
    .sort((a, b) => a.time - b.time)
    .at(-1);
  if (found) return found;
  const there = dumps.length > 0 ? `It has ${dumps.map(({ id }) => id).join(', ')}` : (only ?? 'It is empty');
  throw new ActionFailure(`${where.backup} has no dump ${point ?? ''}. ${there}. Plan anew, or name another one.`, { kind: 'terminal' }); // prettier-ignore
}
