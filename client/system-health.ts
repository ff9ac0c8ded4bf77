import { type Client, type WorkflowExecutionDescription, WorkflowNotFoundError } from '@temporalio/client';
import { claimKeeperId, courierId, workflowTypes } from '../contract/names.ts';
import type { CourierState } from '../contract/courier.ts';
import type { Milliseconds } from '../core/units.ts';
import { readNotices } from './notices.ts';

/** Something that keeps a workflow of Muster's from going on, as Temporal tells it. */
export type Trouble = { readonly workflowId: string } & (
  | {
      /** Its code throws: every try of its task fails, and it does nothing. */
      readonly what: 'failing';
      readonly tries: number;
      readonly why: string;
    }
  | { readonly what: 'unserved'; readonly forMs: Milliseconds }
  /** Somebody ended it. */
  | { readonly what: 'ended'; readonly how: string }
);

export interface SystemHealth {
  readonly troubles: readonly Trouble[];
  /** What the courier knows; absent where he does not answer. */
  readonly notices?: CourierState;
}

/** So often a task fails before that is no hiccup; from then on the server waits longer and longer. */
const tries = 3;
const silence: Milliseconds = 30_000;
const answersWithin: Milliseconds = 3_000;
const mostRuns = 50;

/** Looks at the keeper of claims, the courier and the open runs, by what Temporal says of them: none of them need answer. */
export async function systemHealth(
  client: Client,
  system: readonly string[] = [claimKeeperId, courierId],
): Promise<SystemHealth> {
  const runs = await openRuns(client);
  const found = await Promise.all([...system, ...runs].map((id) => troubleOf(client, id)));
  const troubles = found.flatMap((one) => one ?? []);
  const stuck = troubles.some(({ workflowId, what }) => workflowId === courierId && what !== 'ended');
  const notices = stuck
    ? undefined
    : await client.withDeadline(Date.now() + answersWithin, () => readNotices(client)).catch(() => undefined);
  return { troubles, ...(notices && { notices }) };
}

async function openRuns(client: Client): Promise<readonly string[]> {
  const found: string[] = [];
  const query = `WorkflowType = '${workflowTypes.recovery}' AND ExecutionStatus = 'Running'`;
  for await (const { workflowId } of client.workflow.list({ query })) {
    found.push(workflowId);
    if (found.length >= mostRuns) break;
  }
  return found;
}

async function troubleOf(client: Client, workflowId: string): Promise<Trouble | undefined> {
  const known = await client.workflow
    .getHandle(workflowId)
    .describe()
    .catch((error: unknown) => {
      if (error instanceof WorkflowNotFoundError) return undefined; // nothing has needed it yet
      throw error;
    });
  if (!known) return undefined;
  const { status } = known;
  if (status.name !== 'RUNNING')
    return status.name === 'COMPLETED' || status.name === 'CONTINUED_AS_NEW'
      ? undefined
      : { workflowId, what: 'ended', how: status.name.toLowerCase().replace('_', ' ') };
  const task = known.raw.pendingWorkflowTask;
  const attempt = Number(task?.attempt ?? 0);
  if (attempt >= tries)
    return { workflowId, what: 'failing', tries: attempt, why: await lastFailure(client, known) };
  const waited = Date.now() - Number(task?.originalScheduledTime?.seconds ?? Infinity) * 1_000;
  return task && !task.startedTime && waited > silence
    ? { workflowId, what: 'unserved', forMs: waited }
    : undefined;
}

/** What the history says of the first try that failed; later ones of the same task are not in it. */
async function lastFailure(
  client: Client,
  { workflowId, runId }: WorkflowExecutionDescription,
): Promise<string> {
  const { history } = await client.workflowService.getWorkflowExecutionHistoryReverse({
    ...{ namespace: client.options.namespace, execution: { workflowId, runId }, maximumPageSize: 20 },
  });
  for (const { workflowTaskFailedEventAttributes: failed } of history?.events ?? [])
    if (failed) return failed.failure?.message || 'it does not say why';
  return 'its worker does not answer in time';
}
