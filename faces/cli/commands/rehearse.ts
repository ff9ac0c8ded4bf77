import { type ActorOptions, withActor } from '../actor.ts';
import { compilePlan, type PlanOptions, withPlan } from '../compile-plan.ts';
import { withFollow } from '../follow.ts';
import { pinned } from '../pin-plan.ts';
import { planSummary } from '../plan-summary.ts';
import { type StartOptions, startRun } from '../start-run.ts';
import { tell } from '../show.ts';
import type { Verb } from '../verb.ts';

type Options = PlanOptions & ActorOptions & StartOptions & { readonly attended?: true };

export const rehearse: Verb<Options> = {
  shape(command) {
    withActor(withFollow(withPlan(command.argument('<runbook>', 'file'))))
      .option('--attended', 'people answer what is asked; otherwise it answers itself, and that is shown')
      .option('--detach', 'start it and do not watch');
  },
  async run(cli, [file = ''], options) {
    const attended = options.attended === true;
    const compiled = await compilePlan(cli, file, { ...options, mode: 'rehearsal', attended });
    const made = await pinned(cli, compiled, options.as);
    tell(cli, planSummary(cli, made.plan));
    const actor = {
      by: options.as ?? cli.person,
      channel: 'cli',
      reason: options.reason ?? 'a rehearsal',
    } as const;
    return startRun(cli, { ...actor, ...made }, options);
  },
};
