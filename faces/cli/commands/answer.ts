import { withActor } from '../actor.ts';
import { askTitle, choicesOf, choiceWords, commandFor } from '../asks.ts';
import { printable } from '../../../core/printable.ts';
import { CliFailure } from '../failure.ts';
import { collect } from '../pairs.ts';
import { askMeant } from '../runs-meant.ts';
import type { Verb } from '../verb.ts';
import { vote, type VoteOptions } from '../vote.ts';

export const answer: Verb<VoteOptions> = {
  shape(command) {
    withActor(
      command
        .argument('<ask>', 'what is asked: a gate, a system, system/step')
        .argument('[choice]', 'one of its choices; without it they are listed')
        .argument('[run]', 'run or runbook')
        .option('--answer <name=value>', 'a typed answer (repeatable)', collect),
    );
  },
  run: async (cli, [named, choice, run], options) => {
    if (choice !== undefined) return vote(cli, { named, run, choices: [choice] }, options);
    const { view, ask } = await askMeant(await cli.runs(), { named, run, choices: [] });
    throw new CliFailure(`Say which: ${printable(askTitle(ask))}`, {
      hint: choicesOf(ask)
        .map((one) => printable(`${commandFor(ask, one, view)}: ${choiceWords(one)}`))
        .join('\n  '),
    });
  },
};
