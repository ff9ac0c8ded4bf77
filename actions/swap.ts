import { readFile, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import { type ActionContext, ActionFailure } from './action.ts';
import type { Beside } from './destination.ts';
import { replaceDurably, syncDirectory } from './durable.ts';
import { exists } from './exists.ts';
import { asideNote, noteSetAside } from './set-aside.ts';

const journalShape = z.strictObject({ build: z.string(), aside: z.string() });

const journalOf = (destination: string) => `${destination}.swap.json`;

/**
 * Puts a finished build in the place of the destination, by two renames; what was there is set aside, with a note
 * that says by whom and when. A journal says what is under way, so that a crash between the two can be finished
 * (see `finishSwap`).
 */
export async function swapIn(
  { destination, build, aside }: Beside,
  context: Pick<ActionContext, 'run' | 'try' | 'workDirectory'>,
): Promise<void> {
  const replaces = await exists(destination);
  if (replaces) await noteSetAside({ kind: 'directory', place: aside, replaced: destination }, context);
  const journal = journalOf(destination);
  await replaceDurably(journal, JSON.stringify({ build, aside }));
  if (replaces) await rename(destination, aside);
  await rename(build, destination);
  await cameBack(destination, build);
  await rm(journal);
}

/** What had been set aside and is in its place again is not set aside any more. */
async function cameBack(destination: string, from: string): Promise<void> {
  await rm(asideNote(from), { force: true });
  await syncDirectory(dirname(destination));
}

/**
 * Finishes a swap that a crash interrupted: the build was whole when the journal was written. Where the
 * build is gone the old directory is put back.
 * @throws ActionFailure where something else has come into the place meanwhile: that is for people.
 */
export async function finishSwap(destination: string): Promise<void> {
  const journal = journalOf(destination);
  const text = await readFile(journal, 'utf8').catch(absent);
  if (text === undefined) return;
  const { build, aside } = journalShape.parse(JSON.parse(text));
  const [isThere, isBuilt, isAside] = await Promise.all([destination, build, aside].map(exists));
  if (isThere && isBuilt && isAside) throw tornApart({ destination, build, aside });
  if (isThere && isBuilt) await rename(destination, aside);
  if (isBuilt) await rename(build, destination);
  else if (!isThere && isAside) await rename(aside, destination);
  await cameBack(destination, isBuilt || isThere ? build : aside);
  await rm(journal);
}

const tornApart = ({ destination, build, aside }: Beside) =>
  new ActionFailure(
    `A restore to ${destination} was interrupted while it was swapped in, and something new stands there since. ` +
      `The old data is in ${aside}, the restored in ${build}. Decide which is right, and remove ${journalOf(destination)}.`,
  );

const absent = (error: NodeJS.ErrnoException): undefined => {
  if (error.code === 'ENOENT') return undefined;
  throw error;
};
