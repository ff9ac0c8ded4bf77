import { createHash } from 'node:crypto';
import { lstat, mkdir, readdir, rm, statfs } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { ActionFailure, type ActionContext } from './action.ts';
import { readMarker } from './marker.ts';
import { mountedWithin } from './mount-points.ts';

/** Where a restore is built, and where what it replaces goes: beside the destination, named after the try. */
export interface Beside {
  readonly destination: string;
  readonly build: string;
  readonly aside: string;
  /** Where what was restored goes when that is undone. */
  readonly undone: string;
}

/** A try in twelve characters that fit into any name. */
export const nameOfTry = (context: Pick<ActionContext, 'run' | 'try'>): string =>
  createHash('sha256').update(`${context.run}\0${context.try}`).digest('hex').slice(0, 12);

export function besideOf(destination: string, context: Pick<ActionContext, 'run' | 'try'>): Beside {
  const name = nameOfTry(context);
  return {
    destination,
    build: `${destination}.new-${name}`,
    aside: `${destination}.aside-${name}`,
    undone: `${destination}.undone-${name}`,
  };
}

/** The destination of a build that was never swapped in, by its name; undefined of any other directory. */
export const isUnfinished = (place: string): string | undefined =>
  /^(.+)\.new-[0-9a-f]{12}$/.exec(place)?.[1];

/**
 * Makes sure that a directory can be swapped in at the destination by a rename, and makes its parent.
 * @throws ActionFailure where the destination is a link, no directory, a mount point or holds one, or where
 *   there is too little room for the new one beside the old one.
 */
export async function mustTakeRestore(destination: string, bytes: number): Promise<void> {
  const parent = dirname(destination);
  if (destination !== join(parent, basename(destination)) || parent === destination) {
    throw new ActionFailure(`${destination} is no plain path of a directory: no . or .., no / at its end.`);
  }
  await mkdir(parent, { recursive: true });
  const there = await lstat(destination).catch(absent);
  if (there?.isSymbolicLink()) {
    throw new ActionFailure(`${destination} is a symbolic link. Name the directory that it leads to.`);
  }
  if (there && !there.isDirectory()) throw new ActionFailure(`${destination} is there, and is no directory.`);
  const mounted = await mountedWithin(destination);
  if (mounted !== undefined) {
    throw new ActionFailure(
      `${mounted} is a mount point: a restore is swapped in by a rename, which does not work there. Restore to a directory below it.`,
    );
  }
  await mustHaveRoom(parent, bytes);
}

/** @throws ActionFailure where a file system has less room than that. */
export async function mustHaveRoom(directory: string, bytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(directory);
  const free = bavail * bsize;
  if (free >= bytes) return;
  throw new ActionFailure(
    `${directory} has ${megabytes(free)} free, the restore needs ${megabytes(bytes)} beside what is there now. Make room, or restore elsewhere.`,
  );
}

/** Removes what earlier tries of this run built and did not swap in, but for one that is gone on with. */
export async function removeOldBuilds({ destination }: Beside, run: string, keep?: string): Promise<void> {
  const parent = dirname(destination);
  const prefix = `${basename(destination)}.new-`;
  for (const name of (await readdir(parent)).filter((entry) => entry.startsWith(prefix))) {
    const build = join(parent, name);
    if (build === keep || (await readMarker(build))?.run !== run) continue;
    const mounted = await mountedWithin(build);
    if (mounted !== undefined)
      throw new ActionFailure(
        `${mounted} is mounted in ${build}, which an earlier try of this run built: removing that would delete what is mounted. Unmount it (umount ${mounted}) and try again.`,
      );
    await rm(build, { recursive: true, force: true });
  }
}

const megabytes = (bytes: number) => `${Math.ceil(bytes / 1_048_576)} MB`;

const absent = (error: NodeJS.ErrnoException) => {
  if (error.code === 'ENOENT') return undefined;
  throw error;
};
