import { withActor } from '../actor.ts';
import { collect } from '../pairs.ts';
import type { Verb } from '../verb.ts';
import { vote, type VoteOptions } from '../vote.ts';

export const answer: Verb<VoteOptions> = {
  shape(command) {
    withActor(
      command
        .argument('<ask>', 'what is asked: a gate, a system, system/step')
        .argument('<choice>', 'one of its choices')
        .argument('[run]', 'run or runbook')
        .option('--answer <name=value>', 'a typed answer (repeatable)', collect),
    );
  },
  run: (cli, [named, choice = '', run], options) => vote(cli, { named, run, choices: [choice] }, options),
};
