import { frame } from '../live/frame.ts';
import { safe } from '../live/safe.ts';
import { summary } from '../live/summary.ts';
import { hasEnded } from '../live/words.ts';
import { exit } from '../exit-code.ts';
import { runMeant } from '../runs-meant.ts';
import { show } from '../show.ts';
import { clockIn } from '../time.ts';
import type { Verb } from '../verb.ts';

export const status: Verb<{ readonly as?: string }> = {
  shape(command) {
    command
      .argument('[run]', 'run or runbook')
      .option('--as <name>', 'whose questions come first (default: yours)');
  },
  async run(cli, [named], options) {
    const runs = await cli.runs();
    const view = await runMeant(runs, named);
    const progress = hasEnded(view) ? {} : await runs.progress(view.run);
    const scene = {
      ...safe({ view, progress }),
      columns: cli.terminal.size().columns,
      rows: Infinity,
      paint: cli.paint,
      clock: clockIn(cli.zone, view.now),
      person: options.as ?? cli.person,
    };
    const lines = () => (hasEnded(view) ? summary(scene) : frame(scene, { keys: false, last: [] }));
    show(cli, view, () => lines().join('\n'));
    return exit.ok;
  },
};
