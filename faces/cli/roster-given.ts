import { Option, type Command } from 'commander';
import type { Plan } from '../../core/plan.ts';
import type { Roster } from '../../core/roster.ts';
import type { Cli } from './cli.ts';
import { diagnosticsText } from './diagnostic-text.ts';
import { exit } from './exit-code.ts';
import { CliFailure } from './failure.ts';
import { readRosterFile } from './read-roster-file.ts';

export type RosterOptions = { readonly roster?: string };

export const withRoster = (command: Command): Command =>
  command.addOption(new Option('--roster <file>', 'the people who decide').env('MUSTER_ROSTER'));

/** The roster that was given. @throws CliFailure where it has mistakes. */
export async function rosterGiven(cli: Cli, { roster: file }: RosterOptions): Promise<Roster | undefined> {
  if (file === undefined || file === '') return undefined;
  const { text, roster, diagnostics } = await readRosterFile(file);
  if (roster) return roster;
  if (cli.settings.output === 'text')
    cli.terminal.out(diagnosticsText(diagnostics, { file, text, paint: cli.paint }));
  throw new CliFailure(`The roster ${file} has mistakes.`, {
    data: { files: [{ file, valid: false, diagnostics }] },
  });
}

/** The roster that a plan was made with. @throws CliFailure where it is not given, or is another one by now. */
export async function rosterOf(cli: Cli, plan: Plan, options: RosterOptions): Promise<Roster | undefined> {
  if (plan.roster === undefined) return undefined;
  const roster = await rosterGiven(cli, options);
  if (!roster)
    throw new CliFailure('The plan was made with a roster, and none is given.', { hint: '--roster FILE' });
  if (roster.digest === plan.roster) return roster;
  throw new CliFailure('The plan is stale. Its roster has changed since it was made.', {
    exitCode: exit.stale,
    hint: 'Make the plan anew.',
  });
}
