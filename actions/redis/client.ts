import type { ActionContext } from '../action.ts';
import { runChild, type ChildResult } from '../child-process.ts';

export interface Redis {
  readonly port: number;
  /** As it is written: a reference or a text; absent: none is asked for. */
  readonly password?: string | undefined;
}

/** One command to a server on this host; the password goes by the environment. */
export const ask = (
  { port, password }: Redis,
  command: readonly string[],
  context: ActionContext,
): Promise<ChildResult> =>
  runChild(['redis-cli', '-h', '127.0.0.1', '-p', String(port), '--no-auth-warning', ...command], context, {
    ...(password !== undefined && { env: { REDISCLI_AUTH: password } }),
  });

/** The fields of a section of INFO. */
export function infoOf(text: string): Readonly<Record<string, string>> {
  const rows = text.split('\n').map((line) => /^(\w+):(.*?)\r?$/.exec(line) ?? []);
  return Object.fromEntries(
    rows.filter((row) => row.length > 0).map(([, key = '', value = '']) => [key, value]),
  );
}
