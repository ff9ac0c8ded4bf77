import { type Client, isGrpcServiceError } from '@temporalio/client';
import { decodeOptionalFailureToOptionalError } from '@temporalio/common/lib/internal-non-workflow/index.js';
import { claimKeeperId, courierId, workflowTypes } from '../contract/names.ts';
import type { CourierState } from '../contract/courier.ts';
import type { Milliseconds } from '../core/units.ts';
import { payloadTrouble } from '../contract/payload-failure.ts';
import { readNotices } from './notices.ts';
import { payloadHealth, type PayloadHealth } from './payload-health.ts';

/** Something that keeps a workflow of Muster's from going on, as Temporal tells it. */
export type Trouble = { readonly workflowId: string } & (
  | {
      /** Every try of its task, or of an activity of its, fails alike, and it does nothing. */
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
  readonly payloads?: PayloadHealth;
}

/** So often a task fails before that is no hiccup; from then on the server waits longer and longer. */
const tries = 3;
/** gRPC's own number. */
const notFound = 5;
/** Temporal's own numbers, `temporal.api.enums.v1.WorkflowExecutionStatus`. */
const statuses = {
  ...{ RUNNING: 1, COMPLETED: 2, FAILED: 3, CANCELED: 4, TERMINATED: 5, CONTINUED_AS_NEW: 6, TIMED_OUT: 7 },
};

type Described = Awaited<ReturnType<Client['workflowService']['describeWorkflowExecution']>>;

const silence: Milliseconds = 30_000;
const answersWithin: Milliseconds = 3_000;
const mostRuns = 50;

/** Looks at the keeper of claims, the courier and the open runs, by what Temporal says of them: none of them need answer. */
export async function systemHealth(
  client: Client,
  system: readonly string[] = [claimKeeperId, courierId],
): Promise<SystemHealth> {
  const runs = await openRuns(client);
  const ids = [...system, ...runs];
  const found = await Promise.all(ids.map((id) => troubleOf(client, id)));
  const troubles = found.flatMap((one) => one.trouble ?? []);
  const open = ids.filter((_, index) => found[index]?.isOpen);
  const stuck = troubles.some(({ workflowId, what }) => workflowId === courierId && what !== 'ended');
  const notices = stuck
    ? undefined
    : await client.withDeadline(Date.now() + answersWithin, () => readNotices(client)).catch(() => undefined);
  return { troubles, ...(notices && { notices }), payloads: await payloadHealth(client, open) };
}

async function openRuns(client: Client): Promise<readonly string[]> {
  const query = `WorkflowType = '${workflowTypes.recovery}' AND ExecutionStatus = 'Running'`;
  const { executions } = await client.workflowService.listWorkflowExecutions({
    ...{ namespace: client.options.namespace, query, pageSize: mostRuns },
  });
  return (executions ?? []).flatMap(({ execution }) => execution?.workflowId ?? []);
}

interface Looked {
  readonly isOpen?: true;
  readonly trouble?: Trouble | undefined;
}

/** Not by the SDK's own words: it would read memos, and they may be encrypted with a key that is not here. */
async function troubleOf(client: Client, workflowId: string): Promise<Looked> {
  const known = await client.workflowService
    .describeWorkflowExecution({ namespace: client.options.namespace, execution: { workflowId } })
    .catch((error: unknown) => {
      if (isGrpcServiceError(error) && error.code === notFound) return undefined; // nothing has needed it yet
      throw error;
    });
  if (!known) return {};
  const status = known.workflowExecutionInfo?.status ?? 0;
  if (status === statuses.RUNNING)
    return { isOpen: true, trouble: await troubleOfOpen(client, workflowId, known) };
  if (status === statuses.COMPLETED || status === statuses.CONTINUED_AS_NEW) return {};
  const how = Object.entries(statuses).find(([, value]) => value === status)?.[0] ?? 'unknown';
  return { trouble: { workflowId, what: 'ended', how: how.toLowerCase().replace('_', ' ') } };
}

async function troubleOfOpen(
  client: Client,
  workflowId: string,
  { pendingWorkflowTask: task, pendingActivities, workflowExecutionInfo }: Described,
): Promise<Trouble | undefined> {
  const attempt = Number(task?.attempt ?? 0);
  const why = async () => lastFailure(client, workflowExecutionInfo!.execution!);
  if (attempt >= tries) return { workflowId, what: 'failing', tries: attempt, why: await why() };
  for (const { attempt, lastFailure } of pendingActivities ?? []) {
    // Its attempts only observe, and may be many; that nobody there can read it is no hiccup.
    const sealed = payloadTrouble(await errorOf(client, lastFailure));
    if (sealed !== undefined) return { workflowId, what: 'failing', tries: attempt ?? 1, why: sealed };
  }
  const waited = Date.now() - Number(task?.originalScheduledTime?.seconds ?? Infinity) * 1_000;
  return task && !task.startedTime && waited > silence
    ? { workflowId, what: 'unserved', forMs: waited }
    : undefined;
}

/** What the history says of the first try that failed; later ones of the same task are not in it. */
async function lastFailure(
  client: Client,
  execution: NonNullable<NonNullable<Described['workflowExecutionInfo']>['execution']>,
): Promise<string> {
  const { history } = await client.workflowService.getWorkflowExecutionHistoryReverse({
    ...{ namespace: client.options.namespace, execution, maximumPageSize: 20 },
  });
  for (const { workflowTaskFailedEventAttributes: failed } of history?.events ?? [])
    if (failed) return (await errorOf(client, failed.failure))?.message || 'it does not say why';
  return 'its worker does not answer in time';
}

type Failure = Parameters<typeof decodeOptionalFailureToOptionalError>[1];

/** What failed; or why it cannot be read here, which is as good an answer. */
const errorOf = (client: Client, failure: Failure): Promise<Error | undefined> =>
  decodeOptionalFailureToOptionalError(client.options.loadedDataConverter, failure).catch(
    (error: Error) => error,
  );
