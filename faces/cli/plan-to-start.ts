import type { Plan } from '../../core/plan.ts';
import type { Cli } from './cli.ts';
import { compilePlan, type PlanOptions } from './compile-plan.ts';

/** The live plan to start: of a runbook, or exactly the one of a plan file, if it is not stale. */
export async function planToStart(cli: Cli, file: string, options: PlanOptions): Promise<Plan> {
  return compilePlan(cli, file, { ...options, mode: 'live', attended: true });
}
