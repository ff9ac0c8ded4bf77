import { rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type ActionContext, ActionFailure } from './action.ts';
import { createDurably, syncDirectory } from './durable.ts';
import { exists } from './exists.ts';
import { asideNote, noteSetAside } from './set-aside.ts';
import { journalOf, readJournal, type SwapJournal, swapOf } from './swap-journal.ts';

type Own = Pick<ActionContext, 'run' | 'try' | 'workDirectory'>;

/**
 * Puts a finished build of this try in the place of the destination, by two renames; what was there is set aside, with
 * a note that says by whom and when. A journal says what is under way, so that a crash between the two can be finished
 * (see `finishSwap`). With `back`, what that try of the run had set aside is put back instead.
 * @throws ActionFailure where another swap is under way there.
 */
export async function swapIn(
  { destination, back }: { readonly destination: string; readonly back?: string },
  context: Own,
): Promise<void> {
  const journal: SwapJournal = {
    run: context.run,
    try: context.try,
    ...(back !== undefined && { back }),
  };
  // Created, never replaced: of two restores to one place, the second is refused while the first swaps.
  if (!(await createDurably(journalOf(destination), JSON.stringify(journal)))) throw underWay(destination);
  if (await carryOut(destination, journal, context)) return;
  throw new ActionFailure(`${swapOf(destination, journal).build} is gone, so nothing was put in the place.`);
}

/**
 * Finishes a swap of this run that a crash interrupted: the build was whole when the journal was written. Where the
 * build is gone the old directory is put back.
 * @throws ActionFailure where the swap is of another run, or something else has come into the place meanwhile: both
 *   are for people. Nothing is touched then.
 */
export async function finishSwap(destination: string, context: Own): Promise<void> {
  const journal = await readJournal(destination);
  if (!journal) return;
  if (journal.run !== context.run) throw ofAnotherRun(destination, journal);
  await carryOut(destination, journal, context);
}

/** Goes on from wherever it stands. @returns whether there was a build to put in the place. */
async function carryOut(destination: string, journal: SwapJournal, context: Own): Promise<boolean> {
  const { build, aside } = swapOf(destination, journal);
  const [isThere, isBuilt, isAside] = await Promise.all([destination, build, aside].map(exists));
  if (isThere && isBuilt && isAside) throw tornApart(destination, journal);
  if (isThere && isBuilt) {
    const note = { kind: 'directory', place: aside, replaced: destination } as const;
    await noteSetAside(note, { ...context, try: journal.try });
    await rename(destination, aside);
  }
  if (isBuilt) await rename(build, destination);
  else if (!isThere && isAside) await rename(aside, destination);
  await cameBack(destination, isBuilt || isThere ? build : aside);
  await rm(journalOf(destination));
  return isBuilt === true;
}

/** What had been set aside and is in its place again is not set aside any more. */
async function cameBack(destination: string, from: string): Promise<void> {
  await rm(asideNote(from), { force: true });
  await syncDirectory(dirname(destination));
}

const tornApart = (destination: string, journal: SwapJournal) => {
  const { build, aside } = swapOf(destination, journal);
  return new ActionFailure(
    `A restore to ${destination} was interrupted while it was swapped in, and something new stands there since. ` +
      `The old data is in ${aside}, the restored in ${build}. Decide which is right, and remove ${journalOf(destination)}.`,
  );
};

const ofAnotherRun = (destination: string, journal: SwapJournal) => {
  const { build, aside } = swapOf(destination, journal);
  return new ActionFailure(
    `${journalOf(destination)} says that run ${journal.run} (try ${journal.try}) is swapping ${build} in at ${destination}, ` +
      `the old data to ${aside}, or was interrupted there. Nothing was touched. While that run is at work, wait for it. ` +
      `Otherwise look at the directories and at \`muster steps ${journal.run}\`, decide what belongs at ${destination}, and remove the file.`,
    { kind: 'terminal' },
  );
};

const underWay = (destination: string) =>
  new ActionFailure(
    `Another restore is being swapped in at ${destination}: ${journalOf(destination)} is there. Nothing was replaced. ` +
      'Look which run it names, wait for that, and decide whose data belongs there before this one is tried again.',
    { kind: 'terminal' },
  );
