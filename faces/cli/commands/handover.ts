import type { Person } from '../../../core/names.ts';
import type { RunView } from '../../../core/view.ts';
import { nearest } from '../../../language/nearest.ts';
import { type ActorOptions, withActor } from '../actor.ts';
import { briefing } from '../briefing.ts';
import type { Cli } from '../cli.ts';
import { confirmName } from '../confirm-name.ts';
import { exit } from '../exit-code.ts';
import { CliFailure } from '../failure.ts';
import { safe } from '../live/safe.ts';
import { proposeTo } from '../propose.ts';
import { runMeant } from '../runs-meant.ts';
import { show, tell } from '../show.ts';
import { clockIn } from '../time.ts';
import type { Verb } from '../verb.ts';

type Options = ActorOptions & { readonly to?: string; readonly accept?: true };

/** Hands the command over: the commander offers it; the other is shown what waits, and accepts. */
export const handover: Verb<Options> = {
  shape(command) {
    withActor(command.argument('[run]', 'run or runbook'))
      .option('--to <person>', 'who shall command')
      .option('--accept', 'accept the command that was offered to you')
      .addHelpText('after', '\nWith neither it shows what somebody must know first who takes the command.');
  },
  async run(cli, [run], { to, accept, ...actor }) {
    if (to !== undefined && accept)
      throw new CliFailure('Say --to PERSON to offer the command, or --accept to take it.');
    const view = await runMeant(await cli.runs(), run);
    const offer = (set: { readonly commander: string } | { readonly command: 'accept' }) =>
      proposeTo(cli, view, { on: 'record', set }, actor);
    if (to !== undefined) {
      await mustBeKnown(cli, view, to);
      return offer({ commander: to });
    }
    if (!accept) {
      show(cli, view, () => words(cli, view));
      return exit.ok;
    }
    tell(cli, words(cli, view));
    const what = 'From now on you decide what happens in this run';
    if (cli.terminal.asks) await confirmName(cli, { name: view.runbook.name, what }, undefined);
    return offer({ command: 'accept' });
  },
};

/** @throws CliFailure where the roster of the run does not have that person. */
async function mustBeKnown(cli: Cli, view: RunView, person: Person): Promise<void> {
  const roster = await (await cli.runs()).roster(view.run);
  if (!roster || Object.hasOwn(roster.people, person)) return;
  const names = Object.keys(roster.people);
  const likely = nearest(person, names);
  throw new CliFailure(`The roster ${roster.name} knows no ${person}.`, {
    hint: likely === undefined ? `It has ${names.join(', ')}.` : `Did you mean ${likely}?`,
  });
}

function words(cli: Cli, view: RunView): string {
  const clock = clockIn(cli.zone, view.now);
  return briefing(safe(view), { moment: clock.minute, text: (data) => data }).join('\n');
}
