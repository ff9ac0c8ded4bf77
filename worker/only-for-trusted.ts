import { Context } from '@temporalio/activity';
import type { ActivityDependencies } from '../activities/create-activities.ts';
import type { Trust } from '../activities/trust.ts';
import { failed } from '../actions/report.ts';
import type { SaveInput } from '../contract/recovery.ts';

type Guarded = Pick<ActivityDependencies, 'perform' | 'stop' | 'save'>;

/** Where the record of a run goes that is not trusted: it must not take the place of another one's. */
const apart = (run: string): string => `untrusted.${run}`;

/**
 * Guards what a worker does for whoever asks on its queue. What is not to be trusted has nothing started and nothing ended: of
 * such a run nothing was ever started here. Its record is kept apart.
 */
export const onlyForTrusted = ({ perform, stop, save }: Guarded, trust: Trust): Guarded => ({
  perform: async (input) => {
    const why = await mistrust(trust, input.run, input);
    return why === undefined ? perform(input) : failed(`it was not started, nothing was run: ${why}`);
  },
  stop: async (input) => {
    if ((await mistrust(trust, input.run)) === undefined) await stop(input);
  },
  save: async (input: SaveInput) => {
    const trusted = (await mistrust(trust, input.run)) === undefined;
    await save(trusted ? input : { ...input, run: apart(input.run) });
  },
});

async function mistrust(
  trust: Trust,
  run: string,
  performance?: Parameters<Trust>[1]['performance'],
): Promise<string | undefined> {
  const { workflowExecution } = Context.current().info;
  if (!workflowExecution) return 'no run asked for it';
  return trust(workflowExecution, { run, ...(performance && { performance }) });
}
