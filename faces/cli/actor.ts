import type { Command } from 'commander';
import type { Actor } from '../../client/runs.ts';
import { askPerson } from './ask-person.ts';
import type { Cli } from './cli.ts';
import { CliFailure } from './failure.ts';

/** What everybody says who decides something. */
export type ActorOptions = { readonly as?: string; readonly reason?: string };

export const withActor = (command: Command): Command =>
  command
    .option('--reason <text>', 'why; it stands in the record')
    .option('--as <name>', 'your name, where it is not the login name (names are unproved)');

/**
 * Who acts and why; a reason that is required is asked for at a terminal.
 * @throws CliFailure where there is none.
 */
export async function actorOf(
  cli: Cli,
  options: ActorOptions,
  needs: 'required' | 'optional' = 'required',
): Promise<Actor> {
  const given = options.reason?.trim() ?? '';
  const reason = given === '' && needs === 'required' ? await reasonOf(cli) : given;
  if (reason === undefined)
    throw new CliFailure('It needs a reason: it will stand in the record.', { hint: '--reason "…"' });
  return { by: options.as ?? cli.person, channel: 'cli', reason };
}

/** What is typed at the terminal, asked for until it is something; undefined where nobody is there. */
async function reasonOf(cli: Cli): Promise<string | undefined> {
  if (!cli.terminal.asks) return undefined;
  const typed = await askPerson(cli, 'The reason:');
  return typed === '' ? reasonOf(cli) : typed;
}
