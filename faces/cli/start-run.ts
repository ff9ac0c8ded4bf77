import type { Actor, Started, StartRequest } from '../../client/runs.ts';
import type { Plan } from '../../core/plan.ts';
import type { Cli } from './cli.ts';
import { exit, type ExitCode } from './exit-code.ts';
import { follow, type FollowOptions } from './follow.ts';
import { safe } from './live/safe.ts';
import { show, tell } from './show.ts';

export type StartOptions = FollowOptions & { readonly detach?: true };
type Moments = Pick<StartRequest, 'disruption' | 'detection' | 'declaration'>;

/** Starts a run of a plan and shows it; one that is already under way is shown instead, and said so. */
export async function startRun(
  cli: Cli,
  request: Actor & Moments & { readonly plan: Plan },
  options: StartOptions,
): Promise<ExitCode> {
  const started = await (await cli.runs()).start(request);
  return showStarted(cli, started, { runbook: request.plan.runbook.name, person: request.by }, options);
}

/** Watches a run that was started, or that was found under way; `detach` only says which it is. */
export async function showStarted(
  cli: Cli,
  started: Started,
  about: { readonly runbook: string; readonly person: string },
  options: StartOptions,
): Promise<ExitCode> {
  if (started.already) {
    tell(
      cli,
      `A run of ${safe(about.runbook)} is already under way: ${started.run}. Nothing new is started; this is that run.`,
    );
  }
  if (!options.detach) return follow(cli, { run: started.run, person: about.person }, options);
  show(cli, { format: 1, ...started }, () => started.run);
  tell(cli, `It goes on by itself: muster watch ${started.run}`);
  return exit.ok;
}
