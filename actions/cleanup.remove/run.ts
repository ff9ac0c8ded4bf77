import { lstat } from 'node:fs/promises';
import type { z } from 'zod';
import { removeTree } from '../cleanup.sweep/remove-marked.ts';
import { ActionFailure, type Run } from '../action.ts';
import { isUnfinished } from '../destination.ts';
import { readMarker } from '../marker.ts';
import { readAsideNote } from '../set-aside.ts';
import { worksIn } from '../works-in.ts';
import { removeDatabase } from './databases.ts';
import type { description } from './describe.ts';

type Input = z.output<typeof description.input>;

/**
 * One after the other; what cannot be deleted keeps nothing else from being deleted. Done again, it goes on with the rest.
 * @throws ActionFailure that names all that is left, each with why.
 */
export const run: Run<Input> = async ({ run: of, places, databases }, context) => {
  const left: string[] = [];
  let removed = 0;
  const all = [...places, ...databases];
  for (const [done, place] of all.entries()) {
    context.signal.throwIfAborted();
    context.progress({ done, total: all.length, doing: 'deleting' });
    const outcome = done < places.length ? await remove(place, of) : await removeDatabase(place, of, context);
    if (outcome === 'removed' || outcome === 'gone') removed += 1;
    else left.push(`${place}: ${outcome}`);
    context.log(`${place}: ${outcome}`);
  }
  const findings = { value: removed, removed, left: left.length };
  if (left.length === 0) return { outputs: { removed }, findings };
  throw new ActionFailure(
    `${removed} of ${all.length} deleted, ${left.length} left. ${left.join('; ')}. Mend that and try again.`,
    { findings },
  );
};

/** @returns `removed`, `gone` where nothing is there any more, or why it was left. */
async function remove(place: string, run: string): Promise<string> {
  const there = await lstat(place).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (!there) return 'gone';
  if (!there.isDirectory()) return 'it is no directory';
  if (!(await isOf(place, run))) return `nothing says that ${run} has set it aside`;
  const pid = worksIn(place);
  if (pid !== undefined) return `process ${pid} works in it`;
  return removeTree(place);
}

/** What was swapped in bears the run's marker as well, and is in use: a name of a build, or a note, must say more. */
async function isOf(place: string, run: string): Promise<boolean> {
  const note = await readAsideNote(place);
  if (note) return note.run === run && note.place === place;
  return isUnfinished(place) !== undefined && (await readMarker(place))?.run === run;
}
