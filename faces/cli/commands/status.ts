import { musterHome } from '../../../local/home.ts';
import { frame } from '../live/frame.ts';
import { safe } from '../live/safe.ts';
import { summary } from '../live/summary.ts';
import { hasEnded } from '../live/words.ts';
import { exit } from '../exit-code.ts';
import { orphanNotice } from '../orphan-notice.ts';
import { runMeant } from '../runs-meant.ts';
import { show } from '../show.ts';
import { clockIn } from '../time.ts';
import type { Verb } from '../verb.ts';
import { whoLooks } from '../who-looks.ts';

export const status: Verb<{ readonly as?: string }> = {
  shape(command) {
    command
      .argument('[run]', 'run or runbook')
      .option('--as <name>', 'for whom to look (default: you, by your key or login name)');
  },
  async run(cli, [named], options) {
    const runs = await cli.runs();
    const view = await runMeant(runs, named);
    const progress = hasEnded(view) ? {} : await runs.progress(view.run);
    const clock = clockIn(cli.zone, view.now);
    const orphans = orphanNotice(musterHome(), clock);
    const scene = {
      ...safe({ view, progress }),
      columns: cli.terminal.size().columns,
      rows: Infinity,
      paint: cli.paint,
      clock,
      person: await whoLooks(cli, view.run, options.as),
    };
    const lines = () =>
      hasEnded(view) ? [...summary(scene), ...orphans] : frame(scene, { keys: false, last: orphans });
    show(cli, view, () => lines().join('\n'));
    return exit.ok;
  },
};
