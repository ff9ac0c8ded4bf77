import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createDurably } from '../actions/durable.ts';
import type { Digest } from '../core/units.ts';
import { stepFiles } from '../actions/step-files.ts';
import type { StepId } from './step-directory.ts';

/** What a step directory is for: written before anything is started, and never again. */
export interface Intent extends StepId {
  readonly action: string;
  /** Of the resolved call: another call under the same try is never adopted. */
  readonly digest: Digest;
}

/**
 * Writes down what is going to be done, durably.
 * @returns the intent that stands there: ours, or the one that was there before.
 */
export async function writeIntent(directory: string, intent: Intent): Promise<Intent> {
  const created = await createDurably(join(directory, stepFiles.intent), JSON.stringify(intent));
  if (created) return intent;
  const standing = await readIntent(directory);
  if (!standing) throw new Error(`${directory}: the intent was taken away while it was read`);
  return standing;
}

/** Reads what a step directory is for; undefined where no intent was written. */
export async function readIntent(directory: string): Promise<Intent | undefined> {
  try {
    return JSON.parse(await readFile(join(directory, stepFiles.intent), 'utf8')) as Intent;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
