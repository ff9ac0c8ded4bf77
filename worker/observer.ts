import { Context } from '@temporalio/activity';
import type { Client } from '@temporalio/client';
import type { Observer } from '../activities/order.ts';
import { messages } from '../contract/names.ts';

/** What the activity that calls can tell and hear. */
export const observerFor = (client: Client) => (): Observer => {
  const context = Context.current();
  const { workflowExecution } = context.info;
  return {
    signal: context.cancellationSignal,
    heartbeat: (sign) => context.heartbeat(sign),
    silence: async (silence) => {
      // Of the chain, whichever Temporal run of it is the last by now.
      const { workflowId } = workflowExecution!;
      await client.workflow.getHandle(workflowId).signal(messages.silent, silence);
    },
  };
};
