import { type ActorOptions, withActor } from '../actor.ts';
import { propose } from '../propose.ts';
import type { Verb } from '../verb.ts';

export const hold: Verb<ActorOptions> = {
  shape(command) {
    withActor(command.argument('[run]', 'run or runbook'));
  },
  run: (cli, [run], options) => propose(cli, { run, change: () => ({ on: 'run', set: 'hold' }) }, options),
};
