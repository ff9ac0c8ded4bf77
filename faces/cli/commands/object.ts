import { withActor } from '../actor.ts';
import type { Verb } from '../verb.ts';
import { vote, type VoteOptions } from '../vote.ts';

/** Objects to a gate being opened by breaking the glass. */
export const object: Verb<VoteOptions> = {
  shape(command) {
    withActor(command.argument('[gate]', 'the gate').argument('[run]', 'run or runbook'));
  },
  run: (cli, [named, run], options) => vote(cli, { named, run, choices: ['object'] }, options),
};
