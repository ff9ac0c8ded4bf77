import { follow, type FollowOptions, withFollow } from '../follow.ts';
import { untilAnswered } from '../live/come-back.ts';
import { runMeant } from '../runs-meant.ts';
import type { Verb } from '../verb.ts';
import { whoLooks } from '../who-looks.ts';

type Options = FollowOptions & { readonly as?: string };

export const watch: Verb<Options> = {
  shape(command) {
    withFollow(command.argument('[run]', 'run or runbook')).option(
      '--as <name>',
      'your name, for answers (unproved)',
    );
  },
  async run(cli, [named], options) {
    const about = await untilAnswered(cli, async (runs) => {
      const { run } = await runMeant(runs, named);
      return { run, person: await whoLooks(cli, run, options.as) };
    });
    return follow(cli, about, options);
  },
};
