import { type ActorOptions, withActor } from '../actor.ts';
import { answerOrPropose, stepPath } from '../steer-step.ts';
import type { Verb } from '../verb.ts';

export const skip: Verb<ActorOptions> = {
  shape(command) {
    withActor(command.argument('<step>', 'system or system/step').argument('[run]', 'run or runbook'));
  },
  run: (cli, [named = '', run], options) =>
    answerOrPropose(
      cli,
      { named, run, choices: ['skip'] },
      (view) => ({ on: 'step', path: stepPath(view, named), set: 'skip' }),
      options,
    ),
};
