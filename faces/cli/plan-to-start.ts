import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { catalogue } from '../../actions/catalogue.ts';
import { readPlanFile, staleness } from '../../client/plan-file.ts';
import type { Digest } from '../../core/units.ts';
import { catalogueDigest } from '../../language/compile/catalogue-digest.ts';
import type { Cli } from './cli.ts';
import { compilePlan, type PlanOptions } from './compile-plan.ts';
import { exit } from './exit-code.ts';
import { CliFailure } from './failure.ts';
import { readText } from './read-file.ts';
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
  const runbook = runbookFile === undefined ? undefined : await digestOf(join(dirname(file), runbookFile));
  const present = {
    now: cli.now(),
    catalogue: catalogueDigest(catalogue, sha256),
    ...(runbook && { runbook }),
  };
  const reasons = staleness(plan, present);
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

/** Undefined where the runbook is not at hand, e.g. because the plan came here alone. */
async function digestOf(file: string): Promise<Digest | undefined> {
  try {
    return sha256(await readFile(file, 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
