import { follow, type FollowOptions, withFollow } from '../follow.ts';
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
    const { run } = await runMeant(await cli.runs(), named);
    return follow(cli, { run, person: options.as ?? cli.person }, options);
  },
};
