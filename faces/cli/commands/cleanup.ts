import { withActor } from '../actor.ts';
import type { Verb } from '../verb.ts';
import { vote, type VoteOptions } from '../vote.ts';

type Options = VoteOptions & { readonly keep?: true };

export const cleanup: Verb<Options> = {
  shape(command) {
    withActor(
      command
        .argument('[run]', 'run or runbook')
        .option('--keep', 'leave everything where it is; the run ends'),
    );
  },
  run: (cli, [run], options) =>
    vote(cli, { named: undefined, run, choices: [options.keep ? 'keep' : 'clean-up'] }, options),
};
