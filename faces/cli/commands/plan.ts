import { writeFile } from 'node:fs/promises';
import { Option } from 'commander';
import type { Mode } from '../../../core/plan.ts';
import { compilePlan, type PlanOptions, withPlan } from '../compile-plan.ts';
import { exit } from '../exit-code.ts';
import { planSummary } from '../plan-summary.ts';
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
      .addOption(new Option('--graph <form>', 'show the graph').choices(['mermaid']));
  },
  async run(cli, [file = ''], options) {
    const attended = options.mode === 'live' || options.attended === true;
    const made = await compilePlan(cli, file, { ...options, attended });
    if (options.out !== undefined) {
      await writeFile(options.out, `${JSON.stringify(made)}\n`);
      tell(cli, `Written to ${options.out}. muster recover ${options.out} runs exactly this plan.`);
    }
    show(cli, made, () => planSummary(cli, made));
    return exit.ok;
  },
};
