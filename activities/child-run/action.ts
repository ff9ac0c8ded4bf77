import { Context } from '@temporalio/activity';
import type { Client } from '@temporalio/client';
import { type Action, type ActionContext, ActionFailure } from '../../actions/action.ts';
import { description } from '../../actions/runbook/describe.ts';
import type { Host } from '../../core/change.ts';
import { inputOf } from '../input-of.ts';
import { type Child, childOf } from './child.ts';
import { find } from './find.ts';
import { resultOf } from './result-of.ts';
import { start } from './start.ts';
import { whenOver } from './watch.ts';

/**
 * The action that runs another runbook. It starts a run of its own, once for each try, and observes it from then on; whoever
 * observes next finds the same run. The end of an observer, and of the run that it works for, ends nothing.
 */
export function childRuns(client: Client, host: Host): Action<object> {
  return {
    description,
    run: async (_input, context) => {
      const child = await childFor(client, context);
      const found = (await find(client, child)) ?? (await start(client, child, host));
      return resultOf(await whenOver(client, child, found, context));
    },
    settle: async (_input, context) => {
      const child = await childFor(client, context);
      const found = await find(client, child);
      if (!found) return 'not-done';
      return found.open ? 'partial' : resultOf(await whenOver(client, child, found, context));
    },
  };
}

/** The plan was carried here by the run itself: it stands in what that was started with, and is covered by its digest. */
async function childFor(client: Client, { try: id }: ActionContext): Promise<Child> {
  const { workflowExecution } = Context.current().info;
  if (!workflowExecution) throw new ActionFailure('no run asked for it', { kind: 'terminal' });
  const parent = await inputOf(client, workflowExecution);
  const child = childOf(parent, id, workflowExecution.workflowId);
  if (child) return child;
  throw new ActionFailure(`the plan of ${parent.run} holds no plan for ${id}`, { kind: 'terminal' });
}

/** Loads actions, this one among them. */
export const withChildRuns =
  (loadAction: (name: string) => Promise<Action | undefined>, action: Action<object>): typeof loadAction =>
  (name) =>
    name === action.description.name ? Promise.resolve(action as Action) : loadAction(name);
