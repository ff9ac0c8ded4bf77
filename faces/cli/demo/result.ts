import { formatDuration } from '../../../core/units.ts';
import type { RunView } from '../../../core/view.ts';
import type { Estate } from '../../../runbooks/shop/estate/layout.ts';
import type { Cli } from '../cli.ts';
import { exit, exitCode, type ExitCode } from '../exit-code.ts';
import { safe } from '../live/safe.ts';
import { summary } from '../live/summary.ts';
import { show } from '../show.ts';
import { clockIn } from '../time.ts';
import { countShop } from './count-shop.ts';
import { type Count, countLines, lookAroundLines, placeLines } from './words.ts';
import { voteLines, votesOf } from './votes.ts';

interface Ended {
  readonly estate: Estate;
  readonly view: RunView;
  /** The shop stays open. */
  readonly stays: boolean;
}

/** Prints what the run came to and, where it recovered, what the shop itself says. */
export async function showResult(cli: Cli, { estate, view, stays }: Ended): Promise<ExitCode> {
  const recovered = view.status === 'recovered';
  const count = recovered ? await countShop(estate) : undefined;
  const votes = await votesOf(await cli.runs(), view.run);
  const lines = [
    ...runLines(cli, view),
    ...voteLines(safe(votes)),
    ...(count ? [...countLines(count), ...lossLines(count, view)] : []),
    ...placeLines(estate),
    ...(stays ? lookAroundLines(estate) : ['Its servers are ended. To look around: muster demo --keep']),
  ];
  show(cli, { format: 1, run: view, votes, ...count, estate }, () => lines.join('\n'));
  return count && !bearsOut(count) ? exit.failed : exitCode(view);
}

function runLines(cli: Cli, view: RunView): string[] {
  const { columns, rows } = cli.terminal.size();
  const clock = clockIn(cli.zone, view.now);
  return summary({
    view: safe(view),
    progress: {},
    columns,
    rows,
    paint: cli.paint,
    clock,
    person: cli.person,
  });
}

/** What was lost of the function, measured at its customers, against what its RPO allows. */
function lossLines({ orders }: Count, { functions }: RunView): string[] {
  const lost = formatDuration(orders.of.primary.lostMs);
  return functions.flatMap(({ id, objectives: { rpo } }) =>
    rpo === undefined ? [] : [`  loss     ${id}: ${lost} of orders (RPO ${formatDuration(rpo)})`],
  );
}

/** A run that calls itself recovered is wrong where files are missing or orders are lost that were confirmed afterwards. */
const bearsOut = ({ orders, uploads }: Count): boolean =>
  orders.of.standby.lost === 0 && uploads.there === uploads.backedUp;
