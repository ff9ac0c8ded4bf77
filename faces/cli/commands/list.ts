import type { Runs, RunSummary } from '../../../client/runs.ts';
import type { RunView } from '../../../core/view.ts';
import { askName, shutNodes } from '../asks.ts';
import { musterHome } from '../../../local/home.ts';
import type { Cli } from '../cli.ts';
import { exit } from '../exit-code.ts';
import { fit, piece } from '../live/line.ts';
import { safe } from '../live/safe.ts';
import { modeWord } from '../live/words.ts';
import { openList, silentLines } from '../open-runs.ts';
import { orphanNotice } from '../orphan-notice.ts';
import { show } from '../show.ts';
import { type Clock, clockIn } from '../time.ts';
import type { Verb } from '../verb.ts';

interface Listed extends RunSummary {
  /** What waits for people, by name: what is asked, and what is shut. */
  readonly asks: readonly string[];
}

export const list: Verb<{ readonly all?: true }> = {
  shape(command) {
    command.option('--all', 'also those that have ended');
  },
  async run(cli, _args, options) {
    const runs = await cli.runs();
    const { runs: found, silent } = options.all
      ? { runs: await runs.list({ limit: 200, openOnly: false }), silent: [] }
      : await openList(runs, 200);
    const listed = await Promise.all(found.map((run) => withAsks(runs, run)));
    // What waits for people comes first, then what is open, then the newest.
    const sorted = listed.toSorted(
      (a, b) => b.asks.length - a.asks.length || Number(b.open) - Number(a.open) || b.startedAt - a.startedAt,
    );
    const clock = clockIn(cli.zone, cli.now());
    const orphans = orphanNotice(musterHome(), clock);
    const notKnown = silentLines(safe(silent));
    show(cli, { format: 1, runs: sorted, ...(silent.length > 0 && { notKnown: silent }) }, () =>
      [
        ...(notKnown.length > 0 ? notKnown : lines(cli, safe(sorted), clock, options.all === true)),
        ...orphans,
      ].join('\n'),
    );
    return silent.length > 0 ? exit.unreachable : exit.ok;
  },
};

async function withAsks(runs: Runs, run: RunSummary): Promise<Listed> {
  if (!run.open || run.status === 'unreachable') return { ...run, asks: [] };
  const view: RunView = await runs.view(run.run);
  return { ...run, status: view.status, asks: asksOf(view) };
}

const asksOf = (view: RunView): string[] => [
  ...view.asks.map((ask) => askName(ask, view.asks)),
  ...shutNodes(view).map((shut) => `${shut.id} (shut)`),
];

function lines(cli: Cli, runs: readonly Listed[], clock: Clock, all: boolean): string[] {
  if (runs.length === 0)
    return [all ? 'No run was ever started here.' : 'No run is open. --all shows those that have ended.'];
  return runs.map((run) => line(run, clock, cli.terminal.size().columns));
}

const line = (run: Listed, clock: Clock, columns: number): string =>
  fit(
    [
      ...piece(modeWord[run.mode], 0, { column: 9 }),
      ...piece(run.run, 0, { column: 28 }),
      ...piece(run.status, 0, { column: 10 }),
      ...piece(run.asks.length > 0 ? `ASKS ${run.asks.join(', ')}` : ''),
      ...piece(`since ${clock.minute(run.startedAt)}`, 1),
      ...piece(run.endedAt === undefined ? '' : `until ${clock.minute(run.endedAt)}`, 2),
    ],
    columns,
  );
