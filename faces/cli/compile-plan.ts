import type { Command } from 'commander';
import type { Description } from '../../actions/action.ts';
import { catalogue } from '../../actions/catalogue.ts';
import type { Diagnostic } from '../../core/diagnostics/diagnostic.ts';
import type { Mode } from '../../core/names.ts';
import { readRunbook } from '../../language/read-runbook.ts';
import type { Cli } from './cli.ts';
import { compileRunbook } from './compile-runbook.ts';
import { diagnosticsText } from './diagnostic-text.ts';
import { CliFailure } from './failure.ts';
import { findRunbook } from './find-runbook.ts';
import { collect, pairs } from './pairs.ts';
import { readRunbookText } from './read-file.ts';
import { type PlanWithRoster, rosterGiven, type RosterOptions, withRoster } from './roster-given.ts';

/** What every verb takes that makes a plan of a runbook. */
export type PlanOptions = RosterOptions & {
  readonly param?: readonly string[];
  readonly from?: string;
  readonly to?: string;
};

export const withPlan = (command: Command): Command =>
  withRoster(command)
    .option('--param <name=value>', 'a parameter of the runbook (repeatable)', collect)
    .option('--from <site>', 'the site that was lost')
    .option('--to <site>', 'the site to recover at');

/**
 * Reads a runbook and the roster that is given, and compiles a plan. Its mistakes are data, all at once.
 * @throws CliFailure where there is one.
 */
export async function compilePlan(
  cli: Cli,
  file: string,
  options: PlanOptions & { readonly mode: Mode; readonly attended: boolean },
): Promise<PlanWithRoster> {
  return compileText(cli, { text: await readRunbookText(file), file }, catalogue, options);
}

/** The same of a text. @param known the actions that it may use. */
export async function compileText(
  cli: Cli,
  { text, file }: { readonly text: string; readonly file: string },
  known: readonly Description[],
  options: PlanOptions & { readonly mode: Mode; readonly attended: boolean },
): Promise<PlanWithRoster> {
  const given = await rosterGiven(cli, options);
  const roster = given?.roster;
  const people = roster && { roster, at: cli.now() };
  const { runbook, diagnostics } = readRunbook({ text, file, find: findRunbook }, known, people);
  if (!runbook) throw mistakes(cli, { file, text, diagnostics });
  const { from, to, mode, attended, param } = options;
  const compiled = compileRunbook({
    source: runbook,
    parameters: Object.fromEntries(pairs('--param', param)),
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
    ...{ mode, attended, now: cli.now() },
    ...(roster && { roster }),
  });
  if (!compiled.plan) throw mistakes(cli, { file, text, diagnostics: compiled.diagnostics });
  return { plan: compiled.plan, ...given };
}

function mistakes(
  cli: Cli,
  { file, text, diagnostics }: { file: string; text: string; diagnostics: readonly Diagnostic[] },
): CliFailure {
  if (cli.settings.output === 'text')
    cli.terminal.out(diagnosticsText(diagnostics, { file, text, paint: cli.paint }));
  return new CliFailure(`No plan could be made of ${file}.`, {
    data: { files: [{ file, valid: false, diagnostics }] },
  });
}
