import type { Client } from '@temporalio/client';
import { workflowTypes } from '../contract/names.ts';
import type { HeldClaim } from '../contract/claims.ts';
import { inputOf } from './input-of.ts';

/**
 * What every open run but `except` would hold, read from how it was started: it need not answer for that. A run
 * that waits for its claims counts as if it had them.
 */
export async function heldByOpenRuns(client: Client, except: string): Promise<HeldClaim[]> {
  const held: HeldClaim[] = [];
  const open = client.workflow.list({
    query: `WorkflowType = '${workflowTypes.recovery}' AND ExecutionStatus = 'Running'`,
  });
  for await (const { workflowId, runId } of open) {
    const { run, plan, by } = await inputOf(client, { workflowId, runId });
    if (run === except) continue;
    const holder = { run, workflowId, runbook: plan.runbook.name, mode: plan.mode, by };
    held.push(...plan.claims.map((claim) => ({ ...claim, holder })));
  }
  return held;
}
