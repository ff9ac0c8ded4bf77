import { Option } from 'commander';
import type { Mode } from '../../../core/names.ts';
import { descendantsOf, type Plan } from '../../../core/plan.ts';
import { choosePoints, type Listed } from '../../../core/points/choose.ts';
import { strictestRpo } from '../../../core/run/strictest-rpo.ts';
import type { Instant } from '../../../core/units.ts';
import { compilePlan, type PlanOptions, withPlan } from '../compile-plan.ts';
import { exit } from '../exit-code.ts';
import { listedPoints } from '../pin-plan.ts';
import { pointLines, type PointSheet } from '../plan/point-lines.ts';
import { show } from '../show.ts';
import { clockIn } from '../time.ts';
import type { Verb } from '../verb.ts';

type Options = PlanOptions & { readonly mode: Exclude<Mode, 'tabletop'> };

/** Shows every recovery point that the restores of a runbook could take, where their steps would run. */
export const points: Verb<Options> = {
  shape(command) {
    withPlan(command.argument('<runbook>', 'file')).addOption(
      new Option('--mode <mode>', 'of which plan').choices(['live', 'rehearsal']).default('live'),
    );
  },
  async run(cli, [file = ''], options) {
    const made = await compilePlan(cli, file, { ...options, attended: true });
    const sheet: PointSheet[] = [];
    for (const plan of [made.plan, ...descendantsOf(made.plan)]) {
      const sheets = sheetOf(plan, await listedPoints(cli, { ...made, plan }));
      const name = (system: string) => (plan === made.plan ? system : `${plan.runbook.name}: ${system}`);
      sheet.push(...sheets.map((one) => ({ ...one, system: name(one.system) })));
    }
    show(cli, { format: 1, now: made.plan.compiledAt, restores: sheet }, () =>
      pointLines(sheet, {
        now: made.plan.compiledAt,
        columns: cli.terminal.size().columns,
        clock: clockIn(cli.zone, cli.now()),
      }).join('\n'),
    );
    return sheet.every(isFine(made.plan.compiledAt)) ? exit.ok : exit.impaired;
  },
};

/** Something can come back, and no more is lost than allowed. */
const isFine =
  (now: Instant) =>
  ({ at, rpo }: PointSheet): boolean =>
    at !== undefined && now - at <= (rpo ?? Infinity);

function sheetOf(plan: Plan, listed: readonly Listed[]): PointSheet[] {
  const rpos = strictestRpo(plan);
  return choosePoints(plan, listed).map((choice) => {
    const { node, path, call } = choice.restore;
    const found = listed.find((one) => one.path === path);
    const rpo = rpos.get(node);
    return {
      system: node,
      step: path.split('/').at(-1) ?? path,
      action: call.action,
      ...(rpo !== undefined && { rpo }),
      ...('at' in choice ? { chosen: choice.point.id, at: choice.at } : { problem: choice.none }),
      points: found && 'points' in found ? [...found.points].sort((a, b) => b.time - a.time) : [],
      ...(found && 'points' in found && found.leftOut && { leftOut: found.leftOut }),
    };
  });
}
