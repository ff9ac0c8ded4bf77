import type { Change } from '../../../core/change.ts';
import type { RunView } from '../../../core/view.ts';
import { type ActorOptions, withActor } from '../actor.ts';
import { answerOrPropose, stepPath } from '../steer-step.ts';
import type { Verb } from '../verb.ts';

export const retry: Verb<ActorOptions> = {
  shape(command) {
    withActor(
      command
        .argument('<step>', 'system, system/step, or a gate that is shut')
        .argument('[run]', 'run or runbook'),
    );
  },
  run: (cli, [named = '', run], options) =>
    answerOrPropose(cli, { named, run, choices: ['retry'] }, (view) => again(view, named), options),
};

/** A gate that is shut is asked again; a step is tried again. */
function again(view: RunView, named: string): Change {
  const shut = [...view.nodes, ...view.inner].find((node) => node.id === named && node.status === 'shut');
  if (shut) return { on: 'node', node: shut.id, set: 'askAgain' };
  return { on: 'step', path: stepPath(view, named), set: 'retry' };
}
