import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type ActionContext, ActionFailure } from '../action.ts';
import { besideOf } from '../destination.ts';
import { exists } from '../exists.ts';
import { readMarker } from '../marker.ts';
import { readAsideNote, readSetAside } from '../set-aside.ts';
import { stepFiles } from '../step-files.ts';

/**
 * The try that has set aside what was there before this run restored anything. Each later try has set aside what an
 * earlier one restored, so the way goes from one to the next, to the first directory that this run did not make.
 * @returns `untouched` where what is there now is no restore of this run; null where nothing was there before.
 * @throws ActionFailure where something was set aside, and is gone.
 */
export async function findOldDirectory(
  destination: string,
  context: Pick<ActionContext, 'run' | 'runDirectory' | 'log'>,
): Promise<{ readonly try: string } | 'untouched' | null> {
  let restored = await readMarker(destination);
  if (restored?.run !== context.run) return 'untouched';
  const seen = new Set<string>();
  while (!seen.has(restored.try)) {
    seen.add(restored.try);
    const { aside } = besideOf(destination, restored);
    if (!(await exists(aside))) {
      if (await wasSetAside(aside, context)) throw isGone(destination, aside);
      return null;
    }
    const before = await readMarker(aside);
    if (before?.run !== context.run) return { try: restored.try };
    restored = before;
  }
  throw new ActionFailure(
    `What try ${restored.try} has set aside says that the same try made it. Nothing was moved. Look at ${destination}.aside-… and put back by hand.`,
    { kind: 'terminal' },
  );
}

/** By the note beside it, or by what the tries of the run have noted: either may be lost. */
async function wasSetAside(
  aside: string,
  { run, runDirectory, log }: Pick<ActionContext, 'run' | 'runDirectory' | 'log'>,
): Promise<boolean> {
  if ((await readAsideNote(aside))?.run === run) return true;
  for (const step of await readdir(runDirectory, { withFileTypes: true })) {
    if (!step.isDirectory()) continue;
    const notes = await readSetAside(join(runDirectory, step.name, stepFiles.work), log);
    if (notes.some((one) => one.run === run && one.place === aside)) return true;
  }
  return false;
}

const isGone = (destination: string, aside: string) =>
  new ActionFailure(
    `What was at ${destination} before the restore was set aside to ${aside}, and is not there any more. Nothing was moved. ` +
      'Move it back there and try again, or decide by hand what belongs in the place.',
    { kind: 'terminal' },
  );
