import {
  type Client,
  QueryNotRegisteredError,
  type WorkflowHandle,
  WorkflowNotFoundError,
} from '@temporalio/client';
import type { CourierState, Handed } from '../../contract/courier.ts';
import { messages, workflowTypes } from '../../contract/names.ts';
import type { Keeper } from '../claim.ts';

/**
 * Hands notices over to the courier; where there is none, because there never was one or because somebody ended it, one is
 * started that goes on with what the last one had.
 */
export async function tell(client: Client, courier: Keeper, handed: readonly Handed[]): Promise<void> {
  const handle = client.workflow.getHandle(courier.workflowId);
  try {
    await handle.signal(messages.handOver, handed);
    return;
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) throw error;
  }
  await client.workflow.signalWithStart(workflowTypes.courier, {
    ...courier,
    args: await lastState(handle),
    signal: messages.handOver,
    signalArgs: [handed],
  });
}

/** What a courier that was ended still had; nothing where there never was one, or where he does not answer. */
async function lastState(handle: WorkflowHandle): Promise<[CourierState?]> {
  try {
    return [await handle.query<CourierState>(messages.courierState)];
  } catch (error) {
    if (error instanceof WorkflowNotFoundError || error instanceof QueryNotRegisteredError) return [];
    throw error;
  }
}
