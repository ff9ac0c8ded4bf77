import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ActionContext } from '../action.ts';
import { createDurably } from '../durable.ts';

/** Of a step, not of a try: the second try would find what the first has set. */
function fileOf(where: string, { try: id, runDirectory }: ActionContext): string {
  const step = id.replace(/#\d+$/, '');
  return join(
    runDirectory,
    `replicas-${createHash('sha256').update(`${step} ${where}`).digest('hex').slice(0, 16)}`,
  );
}

/** Keeps how many there were before the first try of this step. @returns what was kept first. */
export async function keepBefore(found: number, where: string, context: ActionContext): Promise<number> {
  await createDurably(fileOf(where, context), String(found));
  return (await keptBefore(where, context)) ?? found;
}

export async function keptBefore(where: string, context: ActionContext): Promise<number | undefined> {
  const text = await readFile(fileOf(where, context), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  return text === undefined ? undefined : Number(text);
}
