import { ServiceStopped } from '../../../local/local-failure.ts';
import { localStatus } from '../../../local/local-status.ts';
import { stopLocal } from '../../../local/stop-local.ts';
import { destroyPrimary } from '../../../runbooks/shop/estate/disaster.ts';
import { type Estate, places } from '../../../runbooks/shop/estate/layout.ts';
import { confirmedOrders } from '../../../runbooks/shop/estate/ledger.ts';
import { starter } from '../../../runbooks/shop/estate/people.ts';
import { stopCustomers, stopEstate } from '../../../runbooks/shop/estate/stop.ts';
import type { Cli } from '../cli.ts';
import { compilePlan } from '../compile-plan.ts';
import { exit, type ExitCode } from '../exit-code.ts';
import { CliFailure } from '../failure.ts';
import { type Watched, watchRun } from '../live/watch-run.ts';
import { planSummary } from '../plan-summary.ts';
import { keyOfPerson } from '../prove.ts';
import { tell } from '../show.ts';
import { buildShop } from './build-shop.ts';
import { demoReason, openShopRun } from './end-demo.ts';
import { keepGate, type Stage } from './gatekeeper.ts';
import { estateDirectory } from './place.ts';
import { approveLines, playedLines } from './people-words.ts';
import { showResult } from './result.ts';
import { terminalOf } from './terminal-of.ts';

export interface DemoOptions {
  readonly yes?: true;
  readonly keep?: true;
  readonly directory?: string;
}

/**
 * Builds a shop, destroys its primary site, recovers it at the standby and says what was lost. What it started is
 * ended again, unless it is to be kept or somebody stopped watching before the end.
 */
export async function wholeDemo(cli: Cli, options: DemoOptions): Promise<ExitCode> {
  const wasUp = localStatus().parent !== undefined;
  // Before the disaster: where a server has to be built first, that takes minutes.
  await noRunOpen(cli);
  const directory = estateDirectory(options.directory);
  let stays = options.keep === true;
  try {
    const estate = await buildShop(cli, directory);
    // From here on she who starts the recovery sits at this terminal.
    const there = terminalOf(cli, estate, starter);
    const watched = await loseAndRecover(there, estate, options);
    stays ||= watched.how !== 'ended';
    return await result(there, estate, watched, stays);
  } finally {
    if (!stays) await endAll(directory, wasUp);
  }
}

async function noRunOpen(cli: Cli): Promise<void> {
  const open = await openShopRun(await cli.runs());
  if (!open) return;
  const end = open.ofDemo
    ? 'muster demo end (with its --directory, if it has one)'
    : 'muster cancel shop --reason "…"';
  throw new CliFailure(`A live recovery of a shop is under way from before: ${open.run}.`, {
    hint: `Look at it: muster watch shop. End it: ${end}`,
  });
}

async function loseAndRecover(cli: Cli, estate: Estate, options: DemoOptions): Promise<Watched> {
  destroyPrimary(estate);
  const disruption = cli.now();
  tell(
    cli,
    "  THE PRIMARY IS LOST: its database's files and its uploads are gone.\n  Recovering at the standby.",
  );
  const { roster, runbook } = places(estate);
  const made = await compilePlan(cli, runbook, {
    mode: 'live',
    attended: true,
    from: 'primary',
    to: 'standby',
    param: ['incident=INC-4711'],
    roster,
  });
  tell(cli, planSummary(cli, made.plan));
  tell(cli, (options.yes ? playedLines : approveLines(estate)).join('\n'));
  const runs = await cli.runs();
  const { person: by, sign } = await keyOfPerson(cli, made.roster!, cli.person);
  const who = { by, channel: 'cli', reason: demoReason } as const;
  const { run } = await runs.start({ ...who, ...made, disruption }, sign);
  return watchToEnd({ cli, estate, run }, options);
}

async function watchToEnd(stage: Stage, { yes }: DemoOptions): Promise<Watched> {
  const { cli, run } = stage;
  const over = new AbortController();
  const watching = watchRun(cli, { run, person: cli.person }).finally(() => over.abort());
  const [watched] = await Promise.all([watching, yes ? keepGate(stage, over.signal) : undefined]);
  return watched;
}

async function result(cli: Cli, estate: Estate, watched: Watched, stays: boolean): Promise<ExitCode> {
  if (watched.how !== 'ended') {
    const stopped = watched.how === 'stopped';
    tell(
      cli,
      stopped ? new ServiceStopped().message : 'You no longer watch; THE RUN GOES ON, and so does the shop.',
    );
    tell(
      cli,
      `Come back with: muster watch shop. End the shop with: muster demo end --directory ${estate.directory}`,
    );
    return stopped ? exit.unreachable : exit.interrupted;
  }
  const { view } = watched;
  if (view.status === 'recovered') {
    // They were served by the standby for a while: that is what it is all about.
    await confirmedOrders(estate, 100, ({ site }) => site === 'standby');
    await stopCustomers(estate);
  }
  return showResult(cli, { estate, view, stays });
}

async function endAll(directory: string, wasUp: boolean): Promise<void> {
  await stopEstate({ directory });
  if (!wasUp) await stopLocal();
}
