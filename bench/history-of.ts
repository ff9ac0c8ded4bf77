import type { Client } from '@temporalio/client';

/** The size of a workflow's history, over all Temporal runs of its chain. */
export interface HistorySize {
  readonly events: number;
  readonly bytes: number;
  /** Events of the largest single history. */
  readonly largest: number;
  readonly runs: number;
}

/** @param firstRun the first Temporal run of the chain, which has ended. */
export async function historyOf(client: Client, workflowId: string, firstRun: string): Promise<HistorySize> {
  let size: HistorySize = { events: 0, bytes: 0, largest: 0, runs: 0 };
  for (let runId: string | undefined = firstRun; runId; runId = await successor(client, workflowId, runId)) {
    const { historyLength, historySize } = await client.workflow.getHandle(workflowId, runId).describe();
    size = {
      events: size.events + historyLength,
      bytes: size.bytes + (historySize ?? 0),
      largest: Math.max(size.largest, historyLength),
      runs: size.runs + 1,
    };
  }
  return size;
}

const closeEvent = 2;

async function successor(client: Client, workflowId: string, runId: string): Promise<string | undefined> {
  const { history } = await client.workflowService.getWorkflowExecutionHistory({
    namespace: client.options.namespace,
    execution: { workflowId, runId },
    historyEventFilterType: closeEvent,
  });
  return (
    history?.events?.at(-1)?.workflowExecutionContinuedAsNewEventAttributes?.newExecutionRunId ?? undefined
  );
}
