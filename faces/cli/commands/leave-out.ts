import type { Change } from '../../../core/change.ts';
import { type ActorOptions, withActor } from '../actor.ts';
import { propose } from '../propose.ts';
import { asksMeant } from '../runs-meant.ts';
import { answerOrPropose } from '../steer-step.ts';
import type { Verb } from '../verb.ts';
import { voteOn } from '../vote.ts';

type Options = ActorOptions & { readonly for?: string };

export const leaveOut: Verb<Options> = {
  shape(command) {
    withActor(
      command
        .argument('<system>', 'what is left out')
        .argument('[run]', 'run or runbook')
        .option('--for <system>', 'only this one goes on without it, degraded'),
    );
  },
  async run(cli, [system = '', run], options) {
    if (options.for === undefined) {
      const change = (): Change => ({ on: 'node', node: system, set: 'leaveOut' });
      return answerOrPropose(cli, { named: system, run, choices: ['leave-out'] }, change, options);
    }
    const node = options.for;
    const { fitting } = await asksMeant(await cli.runs(), { named: node, run, choices: ['go-on'] });
    const asked = fitting.find(({ ask }) => ask.about.without === system);
    if (asked) return voteOn(cli, asked, ['go-on'], options);
    return propose(cli, { run, change: () => ({ on: 'node', node, set: 'goOn', without: system }) }, options);
  },
};
