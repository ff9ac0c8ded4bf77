import { existsSync, readFileSync } from 'node:fs';
import { Option, type Command } from 'commander';
import type { Plan } from '../../core/plan.ts';
import type { Roster, RosterSignature } from '../../core/roster.ts';
import type { Cli } from './cli.ts';
import { diagnosticsText } from './diagnostic-text.ts';
import { exit } from './exit-code.ts';
import { CliFailure } from './failure.ts';
import { readRosterFile } from './read-roster-file.ts';

export type RosterOptions = { readonly roster?: string };

export const withRoster = (command: Command): Command =>
  command.addOption(new Option('--roster <file>', 'the people who decide').env('MUSTER_ROSTER'));

/** A roster and, where `muster roster sign` was there, who vouches for it. */
export interface GivenRoster {
  readonly roster: Roster;
  readonly rosterSignature?: RosterSignature;
}

/** Where the signature of a roster lies. */
export const signatureFile = (file: string): string => `${file}.sig`;

/** The roster that was given. @throws CliFailure where it has mistakes. */
export async function rosterGiven(
  cli: Cli,
  { roster: file }: RosterOptions,
): Promise<GivenRoster | undefined> {
  if (file === undefined || file === '') return undefined;
  const { text, roster, diagnostics } = await readRosterFile(file);
  if (roster) return { roster, ...signatureBeside(file) };
  if (cli.settings.output === 'text')
    cli.terminal.out(diagnosticsText(diagnostics, { file, text, paint: cli.paint }));
  throw new CliFailure(`The roster ${file} has mistakes.`, {
    data: { files: [{ file, valid: false, diagnostics }] },
  });
}

/** A plan, and the roster that it was made with. */
export type PlanWithRoster = { readonly plan: Plan } & Partial<GivenRoster>;

/** Puts a plan beside the roster that it was made with. @throws CliFailure where that is not given, or is another by now. */
export async function rejoin(cli: Cli, plan: Plan, options: RosterOptions): Promise<PlanWithRoster> {
  if (plan.roster === undefined) return { plan };
  const given = await rosterGiven(cli, options);
  if (!given)
    throw new CliFailure('The plan was made with a roster, and none is given.', { hint: '--roster FILE' });
  if (given.roster.digest === plan.roster) return { plan, ...given };
  throw new CliFailure('The plan is stale. Its roster has changed since it was made.', {
    exitCode: exit.stale,
    hint: 'Make the plan anew.',
  });
}

/** What workers make of it is theirs: here it is only carried. */
function signatureBeside(file: string): { readonly rosterSignature?: RosterSignature } {
  const beside = signatureFile(file);
  if (!existsSync(beside)) return {};
  const [keyId = '', signature = ''] = readFileSync(beside, 'utf8').trim().split(/\s+/);
  return { rosterSignature: { keyId, signature } };
}
