import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ActionContext } from '../action.ts';
import { replaceDurably } from '../durable.ts';
import type { Known } from './follow.ts';

/** One call on another host that a try has made; a check that is repeated makes several. */
export interface KeptCall extends Known {
  /** Of its directory there. */
  readonly name: string;
}

const fileOf = ({ workDirectory }: ActionContext) => join(workDirectory, 'far-call.json');

/** Keeps what is known of the newest call of a try, durably. */
export const keepCall = (call: KeptCall, context: ActionContext): Promise<void> =>
  replaceDurably(fileOf(context), JSON.stringify(call));

/** The newest call of a try; undefined where none was sent. */
export async function keptCall(context: ActionContext): Promise<KeptCall | undefined> {
  const text = await readFile(fileOf(context), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  return text === undefined ? undefined : (JSON.parse(text) as KeptCall);
}

/** `step#1~far`, then `step#1~far2`: never the directory of the try itself, should it lie on this very host. */
export function nextName({ try: id }: Pick<ActionContext, 'try'>, before: KeptCall | undefined): string {
  const first = `${id}~far`;
  if (!before) return first;
  return `${first}${Number(before.name.slice(first.length) || 1) + 1}`;
}
