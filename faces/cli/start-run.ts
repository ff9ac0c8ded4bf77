import type { Actor, Started, StartRequest } from '../../client/runs.ts';
import type { Plan } from '../../core/plan.ts';
import type { Scalar } from '../../core/value.ts';
import type { RunView } from '../../core/view.ts';
import type { Cli } from './cli.ts';
import { musterHome } from '../../local/home.ts';
import { isTrusted, trustedKeys } from '../../people/trusted-keys.ts';
import { exit, type ExitCode } from './exit-code.ts';
import { CliFailure } from './failure.ts';
import { follow, type FollowOptions } from './follow.ts';
import { safe } from './live/safe.ts';
import { keyOfPerson } from './prove.ts';
import type { PlanWithRoster } from './roster-given.ts';
import { show, tell } from './show.ts';
import { typed } from './typed.ts';

export type StartOptions = FollowOptions & { readonly detach?: true };
type Moments = Pick<StartRequest, 'disruption' | 'detection' | 'declaration'>;

/** Starts a run of a plan and shows it; one that is already under way is shown instead, and said so. */
export async function startRun(
  cli: Cli,
  request: Actor & Moments & PlanWithRoster,
  options: StartOptions,
): Promise<ExitCode> {
  const { roster } = request;
  if (request.plan.mode !== 'tabletop') refuseMistrusted(cli, request);
  const proved = roster && (await keyOfPerson(cli, roster, request.by));
  const by = proved?.person ?? request.by;
  const started = await (await cli.runs()).start({ ...request, by }, proved?.sign);
  return showStarted(cli, started, { plan: request.plan, person: by }, options);
}

/** What the workers of this machine would refuse at the first step is better known before a run stands there. */
function refuseMistrusted(cli: Cli, { roster, rosterSignature }: PlanWithRoster): void {
  const keys = trustedKeys(musterHome(), cli.env['MUSTER_ROSTER_KEYS']);
  if (!keys || (roster && isTrusted(roster, rosterSignature, keys))) return;
  const ids = keys.map(({ id }) => id).join(', ');
  const why = roster ? `the roster ${roster.name} is not signed by one` : 'none is given';
  throw new CliFailure(`Workers here perform only for rosters that ${ids} signed, and ${why}.`, {
    hint: roster
      ? 'Whoever holds such a key signs it: muster roster sign FILE --key KEY'
      : 'Give one that is signed: --roster FILE',
  });
}

/** Watches a run that was started, or that was found under way; `detach` only says which it is. */
export async function showStarted(
  cli: Cli,
  started: Started,
  about: { readonly plan: Plan; readonly person: string },
  options: StartOptions,
): Promise<ExitCode> {
  if (started.already) await tellUnderWay(cli, started.run, about.plan);
  if (!options.detach) return follow(cli, { run: started.run, person: about.person }, options);
  show(cli, { format: 1, ...started }, () => started.run);
  tell(cli, typed`It goes on by itself: muster watch ${started.run}`);
  return exit.ok;
}

async function tellUnderWay(cli: Cli, run: string, plan: Plan): Promise<void> {
  const name = safe(plan.runbook.name);
  tell(cli, `A run of ${name} is already under way: ${run}. Nothing new is started; this is that run.`);
  const view = await (await cli.runs()).view(run);
  if (view.plan.digest === plan.digest) return;
  const differs = safe(differences(view, plan)).join('; ');
  tell(cli, `ITS PLAN IS NOT THE ONE YOU GAVE: ${differs}.`);
}

/** In what a run that is under way differs from a plan with another digest. */
function differences(view: RunView, plan: Plan): string[] {
  const sites = (from: string, to: string) => `${from} > ${to}`;
  const [there, here] = [sites(view.from, view.to), sites(plan.from.name, plan.to.name)];
  const names = new Set([...Object.keys(view.parameters), ...Object.keys(plan.parameters)]);
  const differ = [...names].filter((key) => view.parameters[key] !== plan.parameters[key]);
  const found = [
    ...(there === here ? [] : [`it goes ${there}, yours ${here}`]),
    ...differ.map(
      (key) => `${key} is ${shown(view.parameters[key])} there, ${shown(plan.parameters[key])} here`,
    ),
  ];
  return found.length > 0 ? found : ['it was started from another text of the runbook, or was amended'];
}

const shown = (value: Scalar | undefined): string => (value === undefined ? 'not given' : String(value));
