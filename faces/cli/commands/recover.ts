import { InvalidArgumentError } from 'commander';
import type { Started } from '../../../client/runs.ts';
import { type ActorOptions, actorOf, withActor } from '../actor.ts';
import type { Cli } from '../cli.ts';
import { type PlanOptions, withPlan } from '../compile-plan.ts';
import { confirmName } from '../confirm-name.ts';
import { exit } from '../exit-code.ts';
import { CliFailure } from '../failure.ts';
import { withFollow } from '../follow.ts';
import { momentFrom } from '../moment-from.ts';
import { planSummary } from '../plan-summary.ts';
import { gonePoints, pinned } from '../pin-plan.ts';
import { type PlanToStart, planToStart } from '../plan-to-start.ts';
import type { PlanWithRoster } from '../roster-given.ts';
import { tell } from '../show.ts';
import { showStarted, type StartOptions, startRun } from '../start-run.ts';
import type { Verb } from '../verb.ts';
import { whoLooks } from '../who-looks.ts';

type Options = PlanOptions &
  ActorOptions &
  StartOptions & {
    readonly confirm?: string;
    readonly disruptedAt?: number;
    readonly detectedAt?: number;
    readonly declaredAt?: number;
  };

export const recover: Verb<Options> = {
  shape(command) {
    withActor(
      withFollow(
        withPlan(command.argument('<runbook-or-plan>', 'a runbook, or a file that plan --out wrote')),
      ),
    )
      .option('--confirm <name>', "the runbook's name, instead of typing it")
      .option('--disrupted-at <time>', 'when it broke: 03:04, "20m ago" … (assumed: the declaration)', moment)
      .option('--detected-at <time>', 'when it was noticed', moment)
      .option('--declared-at <time>', 'when the disaster was declared (assumed: now)', moment)
      .option('--detach', 'start it and do not watch');
  },
  async run(cli, [file = ''], options) {
    const given = await planToStart(cli, file, options);
    const { name } = given.plan.runbook;
    const person = options.as ?? cli.person;
    const already = await underWay(cli, name);
    if (already)
      return showStarted(
        cli,
        already,
        { plan: given.plan, person: await whoLooks(cli, already.run, options.as) },
        options,
      );
    const made = await withPoints(cli, given, options.as);
    const { plan } = made;
    tell(cli, planSummary(cli, plan));
    if (plan.roster === undefined)
      tell(cli, `You act as ${person}. Names are unproved: nobody has checked that it is you.`);
    await confirmName(cli, { name, what: `This starts a LIVE recovery of ${plan.to.name}` }, options.confirm);
    const actor = await actorOf(cli, options);
    return startRun(cli, { ...actor, ...momentsOf(options), ...made }, options);
  },
};

/** A plan of a plan file restores what it says and nothing else; any other what there is now. */
async function withPoints(
  cli: Cli,
  { held, ...given }: PlanToStart,
  as: string | undefined,
): Promise<PlanWithRoster> {
  if (!held) return pinned(cli, given, as);
  const gone = await gonePoints(cli, given, as);
  if (gone.length === 0) return given;
  throw new CliFailure(`The plan is stale. ${gone.join(' ')}`, {
    exitCode: exit.stale,
    hint: 'Make it anew.',
  });
}

/** The live run of the runbook that is under way, if there is one. */
async function underWay(cli: Cli, name: string): Promise<Started | undefined> {
  const open = await (await cli.runs()).list({ limit: 1_000, openOnly: true });
  const found = open.find((run) => run.mode === 'live' && run.runbook === name);
  return found && { run: found.run, workflowId: found.workflowId, already: true };
}

const momentsOf = ({ disruptedAt, detectedAt, declaredAt }: Options) => ({
  ...(disruptedAt === undefined ? {} : { disruption: disruptedAt }),
  ...(detectedAt === undefined ? {} : { detection: detectedAt }),
  ...(declaredAt === undefined ? {} : { declaration: declaredAt }),
});

function moment(text: string): number {
  try {
    return momentFrom(text, Date.now());
  } catch (failure) {
    throw new InvalidArgumentError((failure as Error).message);
  }
}
