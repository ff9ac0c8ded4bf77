import type { Runs } from '../../../client/runs.ts';
import { localStatus } from '../../../local/local-status.ts';
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
  if (localStatus().parent !== undefined) await cancelRun(terminalOf(cli, { directory }, starter));
  await removeEstate({ directory });
}

async function cancelRun(cli: Cli): Promise<void> {
  const runs = await cli.runs();
  const open = await openShopRun(runs);
  if (!open) return;
  if (!open.ofDemo) {
    tell(cli, `A live recovery of a shop is under way that no demo began: ${open.run}. It is left alone.`);
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
