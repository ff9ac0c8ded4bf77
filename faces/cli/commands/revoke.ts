import { type ActorOptions, withActor } from '../actor.ts';
import { propose } from '../propose.ts';
import type { Verb } from '../verb.ts';

/** Takes a key out of use in a run that is under way: what it signs counts no more. */
export const revoke: Verb<ActorOptions> = {
  shape(command) {
    withActor(command.argument('<key>', 'its fingerprint, SHA256:…').argument('[run]', 'run or runbook'));
  },
  run: (cli, [id = '', run], options) =>
    propose(cli, { run, change: () => ({ on: 'record', set: { revoke: id } }) }, options),
};
