import { follow, type FollowOptions, withFollow } from '../follow.ts';
import { untilAnswered } from '../live/come-back.ts';
import { runMeant } from '../runs-meant.ts';
import type { Verb } from '../verb.ts';

type Options = FollowOptions & { readonly as?: string };

export const watch: Verb<Options> = {
  shape(command) {
    withFollow(command.argument('[run]', 'run or runbook')).option(
      '--as <name>',
      'your name, for answers (unproved)',
    );
  },
  async run(cli, [named], options) {
    const { run } = await untilAnswered(cli, (runs) => runMeant(runs, named));
    return follow(cli, { run, person: options.as ?? cli.person }, options);
  },
};
