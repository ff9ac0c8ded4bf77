import { withActor } from '../actor.ts';
import { collect } from '../pairs.ts';
import type { Verb } from '../verb.ts';
import { vote, type VoteOptions } from '../vote.ts';

export const approve: Verb<VoteOptions> = {
  shape(command) {
    withActor(
      command
        .argument('[gate]', 'what is asked')
        .argument('[run]', 'run or runbook')
        .option('--answer <name=value>', 'a typed answer (repeatable)', collect),
    );
  },
  run: (cli, [named, run], options) => vote(cli, { named, run, choices: ['approve', 'attest'] }, options),
};
