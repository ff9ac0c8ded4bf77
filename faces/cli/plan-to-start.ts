import { dirname, isAbsolute, join } from 'node:path';
import { catalogue } from '../../actions/catalogue.ts';
import { readPlanFile, staleness } from '../../client/plan-file.ts';
import { isDo, pathOf, type Plan } from '../../core/plan.ts';
import type { Digest } from '../../core/units.ts';
import { catalogueDigest } from '../../language/compile/catalogue-digest.ts';
import { largestDocument } from '../../language/yaml/parse.ts';
import type { Cli } from './cli.ts';
import { compilePlan, type PlanOptions } from './compile-plan.ts';
import { exit } from './exit-code.ts';
import { CliFailure } from './failure.ts';
import { readText } from './read-file.ts';
import { readRegular } from './read-regular.ts';
import { type PlanWithRoster, rejoin } from './roster-given.ts';
import { sha256 } from '../../record/sha256.ts';
import { typed } from './typed.ts';

/** The plan to start; `held`: exactly what a plan file holds. */
export type PlanToStart = PlanWithRoster & { readonly held?: true };

/**
 * The live plan to start: of a runbook, or exactly the one that a plan file holds.
 * @throws CliFailure where a plan file is broken, stale (exit code 8) or of another mode.
 */
export async function planToStart(cli: Cli, file: string, options: PlanOptions): Promise<PlanToStart> {
  const read = readPlanFile(await readText(file));
  if (!read) return compilePlan(cli, file, { ...options, mode: 'live', attended: true });
  if ('problem' in read) throw new CliFailure(read.problem, { exitCode: exit.stale });
  refuseOptions(options);
  const { plan, runbookFile } = read;
  if (plan.mode !== 'live')
    throw new CliFailure(`${file} holds a plan for a ${plan.mode}, not for a live recovery.`);
  const source = runbookFile === undefined ? undefined : join(dirname(file), runbookFile);
  const runbook = source === undefined ? undefined : digestOf(source);
  const present = {
    now: cli.now(),
    catalogue: catalogueDigest(catalogue, sha256),
    ...(runbook && { runbook }),
  };
  const others = source === undefined ? [] : changedChildren(plan, dirname(source));
  const reasons = [...staleness(plan, present), ...others];
  if (reasons.length === 0) return { ...(await rejoin(cli, plan, options)), held: true };
  const hint = typed`Make it anew: muster plan … --out ${file}`;
  throw new CliFailure(`The plan is stale. ${reasons.join(' ')}`, { exitCode: exit.stale, hint });
}

/** A plan holds them already; another one would be another plan. */
function refuseOptions({ param, from, to }: PlanOptions): void {
  if (param === undefined && from === undefined && to === undefined) return;
  throw new CliFailure(
    'A plan file holds its parameters and sites; --param, --from and --to are for runbooks.',
  );
}

/** Which of the runbooks that it runs have changed since, looked for from where the one is that names them. */
function changedChildren(plan: Plan, folder: string): string[] {
  const changed: string[] = [];
  for (const node of Object.values(plan.nodes)) {
    for (const step of node.steps.filter(isDo)) {
      const child = plan.children?.[pathOf(node, step)];
      const written = step.do.with['file'];
      if (!child || typeof written !== 'string') continue;
      const file = isAbsolute(written) ? written : join(folder, written);
      const digest = digestOf(file);
      if (digest !== undefined && digest !== child.runbook.digest)
        changed.push(`The runbook ${child.runbook.name}, which it runs, has changed since it was made.`);
      changed.push(...changedChildren(child, dirname(file)));
    }
  }
  return changed;
}

/** Undefined where the runbook is not at hand, e.g. because the plan came here alone. */
function digestOf(file: string): Digest | undefined {
  const text = readRegular(file, largestDocument);
  if (typeof text === 'string') return sha256(text);
  if (text.missing) return undefined;
  throw new CliFailure(`The runbook ${file} of the plan cannot be read: ${text.trouble}.`);
}
