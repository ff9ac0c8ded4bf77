import type { Client, WorkflowExecutionInfo } from '@temporalio/client';
import { messages, workflowTypes } from '../contract/names.ts';
import type { RecoveryResult } from '../contract/recovery.ts';
import type { RunStatus } from '../core/event.ts';
import type { Mode } from '../core/plan.ts';
import type { Instant } from '../core/units.ts';
import type { RunView } from '../core/view.ts';
import type { RunMemo } from './find-run.ts';
import type { RunSummary } from './runs.ts';

/** Runs, newest first; each open one is asked how it stands. */
export async function listRuns(
  client: Client,
  { limit, openOnly }: { readonly limit: number; readonly openOnly: boolean },
): Promise<readonly RunSummary[]> {
  const open = openOnly ? ` AND ExecutionStatus = 'Running'` : '';
  const summaries: RunSummary[] = [];
  for await (const execution of client.workflow.list({
    query: `WorkflowType = '${workflowTypes.recovery}'${open}`,
  })) {
    const memo = execution.memo as unknown as RunMemo | undefined;
    if (!memo || execution.status.name === 'CONTINUED_AS_NEW') continue;
    summaries.push(await summary(client, execution, memo));
    if (summaries.length >= limit) break;
  }
  return summaries;
}

async function summary(client: Client, execution: WorkflowExecutionInfo, memo: RunMemo): Promise<RunSummary> {
  const { workflowId, runId, startTime, closeTime } = execution;
  const isOpen = execution.status.name === 'RUNNING';
  const handle = client.workflow.getHandle(workflowId, runId);
  const status = isOpen
    ? await handle.query<RunView, [Instant]>(messages.view, Date.now()).then(
        (view) => view.status,
        () => 'unreachable' as const,
      )
    : await endOf(handle.result() as Promise<RecoveryResult>, execution.status.name);
  return {
    run: memo.run,
    workflowId,
    runbook: memo.runbook,
    mode: memo.mode as Mode,
    open: isOpen,
    status,
    startedAt: startTime.getTime(),
    ...(closeTime && { endedAt: closeTime.getTime() }),
  };
}

/** A run that was terminated or timed out has no result; its history says so. */
async function endOf(result: Promise<RecoveryResult>, status: string): Promise<RunStatus | 'terminated'> {
  if (status === 'COMPLETED') return (await result).status;
  result.catch(() => undefined);
  return 'terminated';
}
