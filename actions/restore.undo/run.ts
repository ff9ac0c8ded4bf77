import { rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { z } from 'zod';
import type { ActionContext, ActionResult, Run, Settle } from '../action.ts';
import { besideOf } from '../destination.ts';
import { syncDirectory } from '../durable.ts';
import { exists } from '../exists.ts';
import { readMarker } from '../marker.ts';
import { noteSetAside } from '../set-aside.ts';
import { finishSwap, swapIn } from '../swap.ts';
import { mustBeIdle } from '../works-in.ts';
import type { description } from './describe.ts';
import { findOldDirectory } from './old-directory.ts';

type Input = z.output<typeof description.input>;

/**
 * The way back of a swap, over all tries of the run. What no restore of this run has put there is left alone: then there
 * is nothing to undo. What earlier tries had restored stays aside.
 * @throws ActionFailure where something still works in the directory, or the old one is gone.
 */
export const run: Run<Input> = async ({ destination }, context) => {
  await finishSwap(destination, context);
  const old = await findOldDirectory(destination, context);
  if (old === 'untouched') return resultOf(destination, null, await exists(destination));
  mustBeIdle(destination);
  const { undone } = besideOf(destination, context);
  if (old) await swapIn({ destination, back: old.try }, context);
  else await takeAway(destination, undone, context);
  return resultOf(destination, undone, await exists(destination));
};

export const settle: Settle<Input> = async ({ destination }, context: ActionContext) => {
  await finishSwap(destination, context);
  return (await readMarker(destination))?.run === context.run ? 'not-done' : 'done';
};

/** Nothing was there before the restore, so nothing is afterwards. */
async function takeAway(destination: string, undone: string, context: ActionContext): Promise<void> {
  await noteSetAside({ kind: 'directory', place: undone, replaced: destination }, context);
  await rename(destination, undone);
  await syncDirectory(dirname(destination));
}

function resultOf(directory: string, undone: string | null, putBack: boolean): ActionResult {
  return {
    outputs: { directory, undone, putBack },
    findings: { value: true, putBack },
    found: { made: undone === null ? [] : [undone] },
  };
}
