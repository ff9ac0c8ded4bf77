import { dirname, relative } from 'node:path';
import { Option } from 'commander';
import { writePlanFile } from '../../../client/plan-file.ts';
import { forecaster } from '../../../core/forecast.ts';
import type { Mode } from '../../../core/plan.ts';
import { compilePlan, type PlanOptions, withPlan } from '../compile-plan.ts';
import { exit } from '../exit-code.ts';
import { planMermaid } from '../plan/plan-mermaid.ts';
import { planText } from '../plan/plan-text.ts';
import { show, tell } from '../show.ts';
import type { Verb } from '../verb.ts';

type Options = PlanOptions & {
  readonly mode: Exclude<Mode, 'tabletop'>;
  readonly attended?: true;
  readonly out?: string;
  readonly graph?: 'mermaid';
};

export const plan: Verb<Options> = {
  shape(command) {
    withPlan(command.argument('<runbook>', 'file'))
      .addOption(new Option('--mode <mode>', 'for what').choices(['live', 'rehearsal']).default('live'))
      .option('--attended', 'of a rehearsal: people answer what is asked')
      .option('--out <file>', 'write the plan, for recover to run exactly it')
      .addOption(new Option('--graph <form>', 'show it as a graph').choices(['mermaid']));
  },
  async run(cli, [file = ''], { graph, out, ...options }) {
    const attended = options.mode === 'live' || options.attended === true;
    const made = await compilePlan(cli, file, { ...options, attended });
    if (out !== undefined) {
      await writePlanFile(out, made, file === '-' ? undefined : relative(dirname(out), file));
      tell(cli, `Written to ${out}. muster recover ${out} runs exactly this plan, today.`);
    }
    const sheet = { columns: cli.terminal.size().columns, paint: cli.paint };
    show(cli, made, () => (graph ? planMermaid(made) : planText(made, forecaster(made)(), sheet)));
    return exit.ok;
  },
};
