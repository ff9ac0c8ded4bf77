import { type ActorOptions, withActor } from '../actor.ts';
import type { Verb } from '../verb.ts';
import { vote } from '../vote.ts';

/** Says that somebody is on it: who began before is relieved. */
export const begin: Verb<ActorOptions> = {
  shape(command) {
    withActor(
      command.argument('[step]', 'a manual step: system or system/step').argument('[run]', 'run or runbook'),
    );
  },
  run: (cli, [named, run], options) => vote(cli, { named, run, choices: ['begin'] }, options),
};
