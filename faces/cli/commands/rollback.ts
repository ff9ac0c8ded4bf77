import type { RunView } from '../../../core/view.ts';
import { printable } from '../../../core/printable.ts';
import { type ActorOptions, withActor } from '../actor.ts';
import { confirmName } from '../confirm-name.ts';
import { CliFailure } from '../failure.ts';
import { safe } from '../live/safe.ts';
import { hasEnded, runWord } from '../live/words.ts';
import { proposeTo } from '../propose.ts';
import { runMeant } from '../runs-meant.ts';
import { tell } from '../show.ts';
import type { Verb } from '../verb.ts';

type Options = ActorOptions & { readonly confirm?: string };

/** Gives a live run up and undoes what it restored, by the rollback steps of its runbook. */
export const rollback: Verb<Options> = {
  shape(command) {
    withActor(
      command
        .argument('[run]', 'run or runbook')
        .option('--confirm <name>', "the runbook's name, instead of typing it"),
    );
  },
  async run(cli, [run], options) {
    const view = await runMeant(await cli.runs(), run);
    if (hasEnded(view)) throw tooLate(view);
    tell(cli, undone(safe(view)));
    const what = `This rolls back the ${view.mode} run of ${view.runbook.name}`;
    await confirmName(cli, { name: view.runbook.name, what }, options.confirm);
    return proposeTo(cli, view, { on: 'run', set: 'rollback' }, options);
  },
};

const tooLate = ({ run, status, runbook }: RunView): CliFailure =>
  new CliFailure(
    `The run ${printable(run)} has ended (${runWord[status].text}). Only an open run can be rolled back.`,
    {
      hint: `What it replaced was set aside, and may still be there: \`muster steps --set-aside\` on the worker host lists it. The rollback steps of ${printable(runbook.name)} say how to put it back.`,
    },
  );

function undone({ nodes }: RunView): string {
  const begun = nodes.filter(({ kind, startedAt }) => kind === 'system' && startedAt !== undefined);
  const names = begun.map(({ id }) => id).toReversed();
  return [
    'Nothing new starts; running steps finish. Then what was restored is undone, by the rollback steps of',
    `the runbook, what stands on others first: ${names.join(', ') || 'nothing was begun yet'}.`,
  ].join('\n');
}
