import { type ActorOptions, withActor } from '../actor.ts';
import { propose } from '../propose.ts';
import { gatePath } from '../steer-step.ts';
import type { Verb } from '../verb.ts';

/** Opens a gate alone, with the sealed key of the roster, after a wait in which all may object. */
export const breakGlass: Verb<ActorOptions> = {
  shape(command) {
    withActor(command.argument('<gate>', 'the gate').argument('[run]', 'run or runbook'));
  },
  run: (cli, [gate = '', run], options) =>
    propose(
      cli,
      { run, change: (view) => ({ on: 'step', path: gatePath(view, gate), set: 'breakGlass' }) },
      options,
    ),
};
