import type { Readable } from 'node:stream';
import { type ActionContext, ActionFailure } from '../action.ts';
import { runChild } from '../child-process.ts';

const clientArgv = (socket: string): string[] => [
  ...['mariadb', '--no-defaults', `--socket=${socket}`, '--batch', '--skip-column-names', '--binary-mode'],
  ...['--max-allowed-packet=1G', `--init-command=SET time_zone = '+00:00'`],
];

/**
 * Runs statements by the client; they go by its standard input, where none is too long. @returns the rows.
 * @throws ActionFailure with the server's error alone: what else the client writes then is the statement, and that is data.
 */
export async function query(
  socket: string,
  { stdin, doing }: { readonly stdin: string | Readable; readonly doing: string },
  context: ActionContext,
): Promise<string[][]> {
  const quiet = { ...context, log: () => undefined };
  const { exit, stdout, stderr } = await runChild(clientArgv(socket), quiet, { stdin });
  const text = stdout.whole();
  if (exit === 0 && text !== undefined)
    return text === '' ? [] : text.replace(/\n$/, '').split('\n').map((line) => line.split('\t')); // prettier-ignore
  const said = exit === 0 ? 'the answer is longer than is kept' : errorIn(stderr.text(100_000));
  throw new ActionFailure(`${doing} failed, and nothing was replaced. The server said: ${said}`);
}

const errorIn = (said: string): string => /^ERROR .*$/m.exec(said)?.[0] ?? 'nothing';

/** A name as SQL has it. */
export const quotedName = (name: string): string => `\`${name.replaceAll('`', '``')}\``;
