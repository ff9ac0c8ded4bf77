import { readFile, rename, writeFile } from 'node:fs/promises';
import { z } from 'zod';
import { ActionFailure } from './action.ts';
import type { ProcessIdentity } from './process-identity.ts';

export const processIdentity = z.object({
  pid: z.int().positive(),
  startTicks: z.int().nonnegative(),
  bootId: z.string(),
});

/**
 * Reads which process a file names: JSON with `pid`, `startTicks` and `bootId`, other keys are ignored.
 * @returns undefined where there is no such file.
 * @throws ActionFailure where the file holds something else: whom it means must not be guessed.
 */
export async function readIdentity(file: string): Promise<ProcessIdentity | undefined> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  try {
    return processIdentity.parse(JSON.parse(text));
  } catch (cause) {
    throw new ActionFailure(
      `${file} does not name a process: it should hold JSON with pid, startTicks and bootId. Look which process it means, and remove it.`,
      { cause },
    );
  }
}

/** Writes which process it is. Written whole or not at all. */
export async function writeIdentity(file: string, identity: ProcessIdentity): Promise<void> {
  await writeFile(`${file}.tmp`, `${JSON.stringify(identity)}\n`);
  await rename(`${file}.tmp`, file);
}
