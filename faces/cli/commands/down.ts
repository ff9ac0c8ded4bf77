import { ClientFailure } from '../../../client/failure.ts';
import { localStatus } from '../../../local/local-status.ts';
import { stopLocal } from '../../../local/stop-local.ts';
import type { Cli } from '../cli.ts';
import { exit } from '../exit-code.ts';
import { safe } from '../live/safe.ts';
import { openList, silentLines } from '../open-runs.ts';
import { show, tell } from '../show.ts';
import type { Verb } from '../verb.ts';

export const down: Verb = {
  shape: (command) => void command,
  async run(cli) {
    const { server } = localStatus();
    if (server !== undefined) await tellOpenRuns(cli).catch((failure: unknown) => notTold(cli, failure));
    const stopped = await stopLocal();
    show(cli, { format: 1, stopped }, () =>
      stopped.length > 0 ? `Stopped: ${stopped.join(', ')}.` : 'Nothing was running here.',
    );
    return exit.ok;
  },
};

/** Nothing keeps the service from being stopped. */
function notTold(cli: Cli, failure: unknown): void {
  if (!(failure instanceof ClientFailure)) throw failure;
  tell(cli, safe(`Which runs are open cannot be told: ${failure.message}`));
}

/** What is under way is not lost, but nothing new starts until the service is up again. */
async function tellOpenRuns(cli: Cli): Promise<void> {
  const { runs: open, silent } = await openList(await cli.runs(), 100);
  for (const line of silentLines(silent)) tell(cli, safe(line));
  if (open.length === 0) return;
  const lines = open.map((run) => safe(`  ${run.mode}  ${run.runbook}  ${run.status}  ${run.run}`));
  tell(
    cli,
    ['These runs are open. Their running steps go on; the rest waits for the next muster up:', ...lines].join(
      '\n',
    ),
  );
}
