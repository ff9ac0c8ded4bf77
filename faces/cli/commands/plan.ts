import { dirname, relative } from 'node:path';
import { Option } from 'commander';
import { readPlanFile, writePlanFile } from '../../../client/plan-file.ts';
import type { Ask } from '../../../core/ask.ts';
import { eligible } from '../../../core/eligible.ts';
import { forecaster } from '../../../core/forecast.ts';
import type { Mode, Person } from '../../../core/names.ts';
import type { Plan } from '../../../core/plan.ts';
import type { Roster } from '../../../core/roster.ts';
import type { Instant } from '../../../core/units.ts';
import { compilePlan, type PlanOptions, withPlan } from '../compile-plan.ts';
import { exit } from '../exit-code.ts';
import type { Cli } from '../cli.ts';
import { pinned } from '../pin-plan.ts';
import { planMermaid } from '../plan/plan-mermaid.ts';
import { planText } from '../plan/plan-text.ts';
import { readText } from '../read-file.ts';
import { CliFailure } from '../failure.ts';
import { type PlanWithRoster, rosterGiven } from '../roster-given.ts';
import { show, tell } from '../show.ts';
import type { Verb } from '../verb.ts';
import { typed } from '../typed.ts';

type Options = PlanOptions & {
  readonly mode: Exclude<Mode, 'tabletop'>;
  readonly attended?: true;
  readonly out?: string;
  readonly graph?: 'mermaid';
  readonly offline?: true;
};

export const plan: Verb<Options> = {
  shape(command) {
    withPlan(command.argument('<runbook>', 'file, or a plan file to look at'))
      .addOption(new Option('--mode <mode>', 'for what').choices(['live', 'rehearsal']).default('live'))
      .option('--attended', 'of a rehearsal: people answer what is asked')
      .option('--out <file>', 'write the plan, for recover to run exactly it')
      .option('--offline', 'do not look which recovery points there are')
      .addOption(new Option('--graph <form>', 'show it as a graph').choices(['mermaid']));
  },
  async run(cli, [file = ''], { graph, out, ...options }) {
    const attended = options.mode === 'live' || options.attended === true;
    const held = await planIn(file);
    const { plan: made, roster } = held
      ? { plan: held, ...(held.roster !== undefined && (await rosterGiven(cli, options))) }
      : await planOf(cli, file, { ...options, attended });
    if (held && [out, options.param, options.from, options.to].some((one) => one !== undefined))
      throw new CliFailure('A plan file is only shown; --param, --from, --to and --out are for runbooks.');
    if (out !== undefined) {
      await writePlanFile(out, made, file === '-' ? undefined : relative(dirname(out), file));
      tell(cli, `Written to ${out}. ${typed`muster recover ${out}`} runs exactly this plan, today.`);
    }
    const sheet = {
      columns: cli.terminal.size().columns,
      paint: cli.paint,
      ...(roster && { able: ableIn(roster, cli.now()) }),
    };
    show(cli, made, () => (graph ? planMermaid(made) : planText(made, forecaster(made)(), sheet)));
    return exit.ok;
  },
};

/** A plan with its recovery points, found where its steps would run; `offline` leaves them open. */
async function planOf(
  cli: Cli,
  file: string,
  options: Parameters<typeof compilePlan>[2] & Pick<Options, 'offline'>,
): Promise<PlanWithRoster> {
  const made = await compilePlan(cli, file, options);
  return options.offline ? made : pinned(cli, made);
}

/** The plan that a plan file holds, as it is; undefined of a runbook. */
async function planIn(file: string): Promise<Plan | undefined> {
  // The standard input can be read once only, and is a runbook.
  const read = file === '-' ? undefined : readPlanFile(await readText(file));
  if (read && 'problem' in read) throw new CliFailure(read.problem, { exitCode: exit.stale });
  return read?.plan;
}

/** Who of a roster is there and could say yes. */
const ableIn =
  (roster: Roster, at: Instant) =>
  (ask: Ask): Person[] => {
    const [yes] = ask.choices;
    return yes ? eligible(roster, { ...ask, by: yes.by }, { at, rungs: [] }) : [];
  };
