import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import type { CourierState } from '../contract/courier.ts';
import { courierId, messages } from '../contract/names.ts';

const none: CourierState = { waiting: [], dead: [], delivered: [], forgotten: 0 };

/** The notices of all runs: those that are still to be delivered, those that were given up, the last that arrived. */
export async function readNotices(client: Client): Promise<CourierState> {
  try {
    const courier = client.workflow.getHandle(courierId);
    const [{ status }, state] = await Promise.all([
      courier.describe(),
      courier.query<CourierState>(messages.courierState),
    ]);
    return status.name === 'RUNNING' ? state : { ...state, ended: true };
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return none;
    throw error;
  }
}

/** Has notices that were given up delivered again: those named, or all where none is named. How many that are. */
export async function deliverAgain(client: Client, ids: readonly string[]): Promise<number> {
  try {
    const courier = client.workflow.getHandle(courierId);
    return await courier.executeUpdate<number, [readonly string[]]>(messages.deliverAgain, { args: [ids] });
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return 0;
    throw error;
  }
}
