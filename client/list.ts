import type { Client, WorkflowExecutionInfo } from '@temporalio/client';
import { messages, workflowTypes } from '../contract/names.ts';
import type { RecoveryResult, RunMemo } from '../contract/recovery.ts';
import type { RunStatus } from '../core/event.ts';
import type { Mode } from '../core/names.ts';
import type { Instant } from '../core/units.ts';
import type { RunView } from '../core/view.ts';
import type { FoundRun } from './find-run.ts';
import type { RunSummary } from './runs.ts';
import { whatCanBeRead } from './what-can-be-read.ts';

/** So many runs are asked at once, and each has so long to answer: one that is silent must not hide the others. */
const askedAtOnce = 20;
const answersWithin = 3_000;
/** Far away, what nobody wanted takes its time as well. */
const largestPage = 200;

/** Runs, newest first; each open one is asked how it stands. */
export async function listRuns(
  client: Client,
  { limit, openOnly }: { readonly limit: number; readonly openOnly: boolean },
): Promise<readonly RunSummary[]> {
  const status = openOnly ? `= 'Running'` : `!= 'ContinuedAsNew'`;
  const found: Found[] = [];
  for await (const execution of whatCanBeRead(client).list({
    query: `WorkflowType = '${workflowTypes.recovery}' AND ExecutionStatus ${status}`,
    pageSize: Math.min(limit, largestPage),
  })) {
    if (execution.memo) found.push({ execution, memo: execution.memo as Partial<RunMemo> });
    if (found.length >= limit) break;
  }
  // Where nothing at all can be read, that is what has to be said.
  if (found[0] && found.every(({ memo }) => memo.run === undefined))
    await client.workflow.getHandle(found[0].execution.workflowId, found[0].execution.runId).describe();
  const summaries: RunSummary[] = [];
  for (let at = 0; at < found.length; at += askedAtOnce) {
    const some = found.slice(at, at + askedAtOnce);
    summaries.push(...(await Promise.all(some.map((one) => summary(client, one)))));
  }
  return summaries;
}

/** One run, as it stands in the list. */
export async function summaryOf(client: Client, { handle, ...memo }: FoundRun): Promise<RunSummary> {
  return summary(client, { execution: await handle.describe(), memo });
}

interface Found {
  readonly execution: Pick<
    WorkflowExecutionInfo,
    'workflowId' | 'runId' | 'status' | 'startTime' | 'closeTime'
  >;
  /** Without its values where they cannot be read. */
  readonly memo: Partial<RunMemo>;
}

async function summary(client: Client, { execution, memo }: Found): Promise<RunSummary> {
  const { workflowId, runId, startTime, closeTime } = execution;
  const isOpen = execution.status.name === 'RUNNING';
  const handle = client.workflow.getHandle(workflowId, runId);
  const status = isOpen
    ? await client
        .withDeadline(Date.now() + answersWithin, () =>
          handle.query<RunView, [Instant]>(messages.view, Date.now()),
        )
        .then(
          (view) => view.status,
          () => 'unreachable' as const,
        )
    : await endOf(handle.result() as Promise<RecoveryResult>, execution.status.name).catch(
        () => 'unreachable' as const, // It cannot be read here.
      );
  const { run, runbook, mode } = memo.run === undefined ? byWorkflowId(workflowId) : (memo as RunMemo);
  return {
    run,
    workflowId,
    runbook,
    mode: mode as Mode,
    open: isOpen,
    status,
    startedAt: startTime.getTime(),
    ...(closeTime && { endedAt: closeTime.getTime() }),
  };
}

/** What the id of its workflow tells of a run that cannot be read. */
function byWorkflowId(id: string): RunMemo {
  const [kind = '', runbook = id, run = id] = id.split('/');
  return { run, runbook, mode: kind === 'rehearsal' || kind === 'tabletop' ? kind : 'live' };
}

/** A run that was terminated or timed out has no result; its history says so. */
async function endOf(result: Promise<RecoveryResult>, status: string): Promise<RunStatus | 'terminated'> {
  if (status === 'COMPLETED') return (await result).status;
  result.catch(() => undefined);
  return 'terminated';
}
