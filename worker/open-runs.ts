import type { Client } from '@temporalio/client';
import { inputOf } from '../activities/input-of.ts';
import { workflowTypes } from '../contract/names.ts';

/** The ids of the runs that are open, as Temporal lists them; none of them is asked for it. */
export async function openRuns(client: Client): Promise<ReadonlySet<string>> {
  const open = new Set<string>();
  const running = client.workflow.list({
    query: `WorkflowType = '${workflowTypes.recovery}' AND ExecutionStatus = 'Running'`,
  });
  for await (const { workflowId, runId, memo } of running) {
    const named = memo?.['run'];
    open.add(typeof named === 'string' ? named : (await inputOf(client, { workflowId, runId })).run);
  }
  return open;
}
