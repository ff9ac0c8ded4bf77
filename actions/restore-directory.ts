import { mkdir, rm } from 'node:fs/promises';
import type { ActionContext, ActionResult } from './action.ts';
import { runOrFail } from './child-process.ts';
import { besideOf, mustTakeRestore, removeOldBuilds } from './destination.ts';
import { exists } from './exists.ts';
import { keepResult, keptResult } from './kept-result.ts';
import { readMarker, writeMarker } from './marker.ts';
import { finishSwap, swapIn } from './swap.ts';

export interface DirectoryRestore {
  readonly destination: string;
  /** What it needs on the disk, as far as that is known. */
  readonly bytes: number;
  /** Fills an empty directory, which bears the run's marker, and proves what it has put there. */
  readonly fill: (into: string) => Promise<ActionResult>;
}

/**
 * Restores a directory: built beside, proved, on the disk, swapped in last; until then nothing at the destination has
 * changed. The outputs `directory` and `aside` are added to the result.
 */
export async function restoreDirectory(
  { destination, bytes, fill }: DirectoryRestore,
  context: ActionContext,
): Promise<ActionResult> {
  const beside = besideOf(destination, context);
  await mustTakeRestore(destination, bytes);
  await removeOldBuilds(beside, context.run);
  const filled = await build(beside.build, fill, context);
  const aside = (await exists(destination)) ? beside.aside : null;
  const result: ActionResult = {
    ...filled,
    outputs: { directory: destination, aside, ...filled.outputs },
    found: { ...filled.found, made: [destination, ...(aside === null ? [] : [aside])] },
  };
  await keepResult(result, context);
  await swapIn(beside, context);
  return result;
}

/** A look at what an interrupted restore of a directory left. */
export async function settleDirectory(
  destination: string,
  context: ActionContext,
): Promise<ActionResult | 'done' | 'not-done'> {
  await finishSwap(destination, context);
  return (await readMarker(destination))?.try === context.try ? keptResult(context) : 'not-done';
}

async function build(
  into: string,
  fill: DirectoryRestore['fill'],
  context: ActionContext,
): Promise<ActionResult> {
  try {
    await mkdir(into);
    await writeMarker(into, context);
    const result = await fill(into);
    await writeMarker(into, context); // Once more: the backup may be of a tree that an earlier run restored.
    await runOrFail(['sync', '--file-system', into], context, { doing: `Writing ${into} to the disk` });
    return result;
  } catch (error) {
    await rm(into, { recursive: true, force: true });
    throw error;
  }
}
