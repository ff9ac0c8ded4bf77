import type { Runs } from '../../../client/runs.ts';
import { localStatus } from '../../../local/local-status.ts';
import { keyOf } from '../../../core/vouch.ts';
import { KeyFailure } from '../../../people/failure.ts';
import { readPrivateKey } from '../../../people/private-key.ts';
import { places } from '../../../runbooks/shop/estate/layout.ts';
import { starter } from '../../../runbooks/shop/estate/people.ts';
import { removeEstate } from '../../../runbooks/shop/estate/stop.ts';
import type { Cli } from '../cli.ts';
import { watchRun } from '../live/watch-run.ts';
import { prove } from '../prove.ts';
import { tell } from '../show.ts';
import { terminalOf } from './terminal-of.ts';

/** Why the demo's runs begin: by it they are told from a recovery that somebody started. */
export const demoReason = 'muster demo: the primary site is lost';

/** The live run of a shop that is open, and whether a demo began it. */
export async function openShopRun(runs: Runs): Promise<{ run: string; ofDemo: boolean } | undefined> {
  const open = await runs.list({ limit: 1_000, openOnly: true });
  const found = open.find(({ mode, runbook }) => mode === 'live' && runbook === 'shop');
  if (!found) return undefined;
  const [first] = await runs.events(found.run, 0, 1);
  return { run: found.run, ofDemo: first?.type === 'began' && first.reason === demoReason };
}

/** Cancels the demo's run where one is open, ends the servers of its shop and deletes it. */
export async function endDemo(cli: Cli, directory: string): Promise<void> {
  // Without a service nothing runs; it is not started only to look for what could be cancelled.
  if (localStatus().parent !== undefined) await cancelRun(terminalOf(cli, { directory }, starter), directory);
  await removeEstate({ directory });
}

async function cancelRun(cli: Cli, directory: string): Promise<void> {
  const runs = await cli.runs();
  const open = await openShopRun(runs);
  if (!open) return;
  if (!open.ofDemo) {
    tell(cli, `A live recovery of a shop is under way that no demo began: ${open.run}. It is left alone.`);
    return;
  }
  if (!(await beganThere(runs, open.run, directory))) {
    tell(
      cli,
      `The demo of another shop is under way: ${open.run}. It is left alone; muster demo end with the --directory of that shop ends it.`,
    );
    return;
  }
  const why = { by: cli.person, channel: 'cli', reason: 'muster demo end' } as const;
  const { decision, sign } = await prove(cli, runs, open.run, {
    ...why,
    propose: [{ on: 'run', set: 'cancel' }],
  });
  await runs.decide(open.run, decision, sign);
  await watchRun(cli, { run: open.run, person: cli.person, until: cli.now() + 60_000 });
}

/** Whether a run began in the shop of a directory: each shop makes the keys of its people itself. */
export async function beganThere(
  runs: Pick<Runs, 'roster'>,
  run: string,
  directory: string,
): Promise<boolean> {
  const key = await readPrivateKey(places({ directory }).key(starter)).catch((failure: unknown) => {
    if (failure instanceof KeyFailure) return undefined; // it was never built to the end
    throw failure;
  });
  const roster = key && (await runs.roster(run));
  return roster !== undefined && keyOf(roster, key!.publicKey.id) !== undefined;
}
