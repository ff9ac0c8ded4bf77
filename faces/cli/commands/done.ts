import { withActor } from '../actor.ts';
import { collect } from '../pairs.ts';
import { answerOrPropose, stepPath } from '../steer-step.ts';
import type { Verb } from '../verb.ts';
import type { VoteOptions } from '../vote.ts';

export const done: Verb<VoteOptions> = {
  shape(command) {
    withActor(
      command
        .argument('<step>', 'system or system/step')
        .argument('[run]', 'run or runbook')
        .option('--answer <name=value>', 'what later steps refer to (repeatable)', collect),
    );
  },
  run: (cli, [named = '', run], options) =>
    answerOrPropose(
      cli,
      { named, run, choices: ['done'] },
      (view) => ({ on: 'step', path: stepPath(view, named), set: 'done' }),
      options,
    ),
};
