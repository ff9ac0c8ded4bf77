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

/** An intent that stands there and says nothing: a disk that failed, a hand that wrote into it. */
export class UnreadableIntent extends Error {
  override readonly name = 'UnreadableIntent';
}

/**
 * Reads what a step directory is for; undefined where no intent was written.
 * @throws UnreadableIntent where one was, and nobody can say any more what for.
 */
export async function readIntent(directory: string): Promise<Intent | undefined> {
  const file = join(directory, stepFiles.intent);
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  return text === undefined ? undefined : parseIntent(text, file);
}

function parseIntent(text: string, file: string): Intent {
  try {
    const intent = JSON.parse(text) as Partial<Intent> | null;
    const texts = [intent?.run, intent?.try, intent?.action, intent?.digest];
    if (texts.every((one) => typeof one === 'string')) return intent as Intent;
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
  }
  throw new UnreadableIntent(`${file} holds no intent: its ${text.length} characters cannot be read`);
}
