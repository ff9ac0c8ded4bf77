import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ActionContext, ActionResult } from './action.ts';
import { replaceDurably } from './durable.ts';

const fileOf = ({ workDirectory }: Pick<ActionContext, 'workDirectory'>) =>
  join(workDirectory, 'result.json');

/** Keeps what a try is about to have done, so that it is known also when nobody heard of its end. */
export const keepResult = (result: ActionResult, context: ActionContext): Promise<void> =>
  replaceDurably(fileOf(context), JSON.stringify(result));

/** @returns the kept result of a try that is seen to have done its work; `done` where none was kept. */
export async function keptResult(context: ActionContext): Promise<ActionResult | 'done'> {
  const text = await readFile(fileOf(context), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  return text === undefined ? 'done' : (JSON.parse(text) as ActionResult);
}
