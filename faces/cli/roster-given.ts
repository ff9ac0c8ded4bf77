import { Option, type Command } from 'commander';
import type { Plan } from '../../core/plan.ts';
import type { KeyId, Roster, RosterSignature } from '../../core/roster.ts';
import type { Cli } from './cli.ts';
import { diagnosticsText } from './diagnostic-text.ts';
import { exit } from './exit-code.ts';
import { CliFailure } from './failure.ts';
import { readRosterFile } from './read-roster-file.ts';
import { readSignature, signatureFile } from './roster-signature.ts';

export type RosterOptions = { readonly roster?: string };

export const withRoster = (command: Command): Command =>
  command.addOption(new Option('--roster <file>', 'the people who decide').env('MUSTER_ROSTER'));

/** A roster and, where `muster roster sign` was there, who vouches for it. */
export interface GivenRoster {
  readonly roster: Roster;
  readonly rosterSignature?: RosterSignature;
}

/** The roster that was given. @throws CliFailure where it has mistakes, or is not what was signed. */
export async function rosterGiven(
  cli: Cli,
  { roster: file }: RosterOptions,
): Promise<GivenRoster | undefined> {
  if (file === undefined || file === '') return undefined;
  const roster = await soundRoster(cli, file);
  const sealed = readSignature(file);
  if (!sealed) return { roster };
  if (sealed.digest !== roster.digest) throw changedSince(file, sealed.keyId);
  const { keyId, signature } = sealed;
  return { roster, rosterSignature: { keyId, signature } };
}

/** The roster of a file. @throws CliFailure where it has mistakes. */
export async function soundRoster(cli: Cli, file: string): Promise<Roster> {
  const { text, roster, diagnostics } = await readRosterFile(file);
  if (roster) return roster;
  if (cli.settings.output === 'text')
    cli.terminal.out(diagnosticsText(diagnostics, { file, text, paint: cli.paint }));
  throw new CliFailure(`The roster ${file} has mistakes.`, {
    data: { files: [{ file, valid: false, diagnostics }] },
  });
}

/** Workers that trust a key would perform nothing for it, and that is to be known before the first step. */
const changedSince = (file: string, keyId: KeyId): CliFailure =>
  new CliFailure(`The roster ${file} has changed since ${keyId} signed it.`, {
    hint: `Sign it anew: muster roster sign ${file} --key FILE. Where no worker asks for that: remove ${signatureFile(file)}.`,
  });

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
