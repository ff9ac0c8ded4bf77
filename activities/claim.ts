import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import type { ClaimAnswer, ClaimRequest } from '../contract/claims.ts';
import { messages, workflowTypes } from '../contract/names.ts';
import { heldByOpenRuns } from './held-by-open-runs.ts';

/** Where the keeper of claims is, or the courier: its workflow id, and a queue that any worker serves. */
export interface Keeper {
  readonly workflowId: string;
  readonly taskQueue: string;
}

/**
 * Asks the keeper for what a run will touch: whole or not at all. Where there is no keeper, because there never was
 * one or because somebody ended it, one is started that knows what the open runs hold.
 */
export async function claim(client: Client, keeper: Keeper, request: ClaimRequest): Promise<ClaimAnswer> {
  const { workflowId } = keeper;
  const ask = () =>
    client.workflow
      .getHandle(workflowId)
      .executeUpdate<ClaimAnswer, [ClaimRequest]>(messages.claim, { args: [request] });
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) throw error;
  }
  await client.workflow.start(workflowTypes.claimKeeper, {
    ...keeper,
    workflowIdConflictPolicy: 'USE_EXISTING',
    args: [await heldByOpenRuns(client, request.holder.run)],
  });
  return ask();
}

/** Gives back all that a run holds. Where there is no keeper, nothing is held. */
export async function release(client: Client, keeper: Keeper, run: string): Promise<void> {
  const handle = client.workflow.getHandle(keeper.workflowId);
  await handle.executeUpdate<number, [string]>(messages.release, { args: [run] }).catch((error: unknown) => {
    if (!(error instanceof WorkflowNotFoundError)) throw error;
  });
}
