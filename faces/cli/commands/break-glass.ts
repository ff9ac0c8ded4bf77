import type { Change } from '../../../core/change.ts';
import type { RunView } from '../../../core/view.ts';
import { withActor } from '../actor.ts';
import { answerValue } from '../answer-value.ts';
import { collect, pairs } from '../pairs.ts';
import { propose } from '../propose.ts';
import { gatePath } from '../steer-step.ts';
import type { Verb } from '../verb.ts';
import type { VoteOptions } from '../vote.ts';

/** Opens a gate alone, with the sealed key of the roster, after a wait in which all may object. */
export const breakGlass: Verb<VoteOptions> = {
  shape(command) {
    withActor(
      command
        .argument('<gate>', 'the gate')
        .argument('[run]', 'run or runbook')
        .option('--answer <name=value>', 'what the gate asks for (repeatable)', collect),
    );
  },
  run: (cli, [gate = '', run], options) =>
    propose(cli, { run, change: (view) => opening(view, gatePath(view, gate), options.answer) }, options),
};

/** What the gate asks for is answered with it; the run says what is missing. */
function opening(view: RunView, path: string, given: readonly string[] | undefined): Change {
  const asked = view.asks.find(({ about }) => about.path === path && about.question === undefined);
  const outputs = [...pairs('--answer', given)].map(([name, text]) => {
    const shape = asked?.ask.answers[name];
    return [name, (shape && answerValue(text, shape)) ?? text] as const;
  });
  const answers = outputs.length > 0 ? { outputs: Object.fromEntries(outputs) } : {};
  return { on: 'step', path, set: 'breakGlass', ...answers };
}
