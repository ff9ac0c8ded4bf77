import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import type { BreakClaims, HeldClaim } from '../contract/claims.ts';
import { claimKeeperId, messages } from '../contract/names.ts';
import { ClientFailure } from './failure.ts';

/** What runs hold now: systems at sites, each with its holder. */
export async function readClaims(client: Client): Promise<readonly HeldClaim[]> {
  try {
    return await client.workflow.getHandle(claimKeeperId).query<readonly HeldClaim[]>(messages.claims);
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return [];
    throw error;
  }
}

/**
 * Takes away what a run holds that is not open any more. Throws a `ClientFailure` (`refused`) while it is
 * open: an open run gives its claims back itself.
 */
export async function breakClaims(client: Client, order: BreakClaims): Promise<number> {
  const { run } = order;
  const held = (await readClaims(client)).find(({ holder }) => holder.run === run);
  if (!held) throw new ClientFailure('not-found', `no run "${run}" holds anything`);
  const { status, memo } = await client.workflow.getHandle(held.holder.workflowId).describe();
  if (status.name === 'RUNNING' && memo?.['run'] === run) {
    throw new ClientFailure(
      'refused',
      `${held.holder.workflowId} is open: cancel it, and it gives back what it holds`,
    );
  }
  const keeper = client.workflow.getHandle(claimKeeperId);
  return keeper.executeUpdate<number, [BreakClaims]>(messages.breakClaim, { args: [order] });
}
