import type { Client } from '@temporalio/client';
import type { Handed } from '../../contract/courier.ts';
import { messages, workflowTypes } from '../../contract/names.ts';
import type { Keeper } from '../claim.ts';

/** Hands notices over to the courier; where there is none, because there never was one or somebody ended it, one is started. */
export async function tell(client: Client, courier: Keeper, handed: readonly Handed[]): Promise<void> {
  await client.workflow.signalWithStart(workflowTypes.courier, {
    ...courier,
    signal: messages.handOver,
    signalArgs: [handed],
  });
}
