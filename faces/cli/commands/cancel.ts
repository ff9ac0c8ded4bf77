import type { RunView } from '../../../core/view.ts';
import { type ActorOptions, withActor } from '../actor.ts';
import { confirmName } from '../confirm-name.ts';
import { safe } from '../live/safe.ts';
import { proposeTo } from '../propose.ts';
import { runMeant } from '../runs-meant.ts';
import { tell } from '../show.ts';
import type { Verb } from '../verb.ts';

type Options = ActorOptions & { readonly kill?: true; readonly confirm?: string };

export const cancel: Verb<Options> = {
  shape(command) {
    withActor(
      command
        .argument('[run]', 'run or runbook')
        .option('--kill', 'end running steps, too; they are named first')
        .option('--confirm <name>', "the runbook's name, instead of typing it"),
    );
  },
  async run(cli, [run], options) {
    const view = await runMeant(await cli.runs(), run);
    tell(cli, options.kill ? dying(safe(view)) : 'Nothing new starts; running steps finish.');
    const what = `This cancels the ${view.mode} run of ${view.runbook.name}`;
    await confirmName(cli, { name: view.runbook.name, what }, options.confirm);
    return proposeTo(cli, view, { on: 'run', set: options.kill ? 'kill' : 'cancel' }, options);
  },
};

/** What `--kill` ends. */
function dying(view: RunView): string {
  const steps = [...view.nodes, ...view.inner].flatMap((node) =>
    node.step ? [`  ${node.step.path}  ${node.step.title}`] : [],
  );
  return steps.length === 0 ? 'No step is running.' : ['These steps die:', ...steps].join('\n');
}
