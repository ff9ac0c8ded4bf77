import {
  type Client,
  type WorkflowExecutionDescription,
  type WorkflowExecutionInfo,
  WorkflowNotFoundError,
} from '@temporalio/client';
import { ActionFailure } from '../../actions/action.ts';
import type { RunMemo } from '../../contract/recovery.ts';
import type { Child } from './child.ts';

/** The run that is observed: ours, or the one that an earlier try of the same step has started and that is still open. */
export interface Found {
  readonly run: string;
  readonly workflowId: string;
  /** Of Temporal, of one that has ended: another may have the same workflow id at any time. */
  readonly runId?: string;
  readonly open: boolean;
  /** How Temporal says that it is. */
  readonly status: string;
}

/**
 * Finds the run that a try has started, however long ago; undefined where it has started none.
 * @throws ActionFailure where a run of the same runbook is open that is somebody else's.
 */
export async function find(client: Client, child: Child): Promise<Found | undefined> {
  const newest = await newestOf(client, child.workflowId);
  if (!newest) return undefined;
  const memo = memoOf(newest);
  const open = newest.status.name === 'RUNNING';
  const { run, workflowId, path, parent } = child;
  if (memo.run === run || (open && memo.parent?.run === parent.run && memo.parent.path === path))
    return {
      ...{ run: memo.run, workflowId, open, status: newest.status.name },
      ...(!open && { runId: newest.runId }),
    };
  const before = await endedBefore(client, child);
  if (!before && open) throw taken(memo, newest.startTime);
  return before;
}

async function newestOf(
  client: Client,
  workflowId: string,
): Promise<WorkflowExecutionDescription | undefined> {
  try {
    return await client.workflow.getHandle(workflowId).describe();
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return undefined;
    throw error;
  }
}

/** Ours has ended, and somebody has run the runbook again. */
async function endedBefore(client: Client, { run, workflowId }: Child): Promise<Found | undefined> {
  for await (const one of client.workflow.list({ query: `WorkflowId = '${workflowId}'` })) {
    const status = one.status.name;
    if (memoOf(one).run === run && status !== 'CONTINUED_AS_NEW')
      return { run, workflowId, runId: one.runId, open: status === 'RUNNING', status };
  }
  return undefined;
}

const memoOf = ({ memo }: Pick<WorkflowExecutionInfo, 'memo'>): RunMemo => (memo ?? {}) as unknown as RunMemo;

const taken = ({ run, runbook }: RunMemo, since: Date): ActionFailure =>
  new ActionFailure(
    `nothing was started: a run of ${runbook} is open already, ${run}, since ${since.toISOString()}, and it is not of this run. ` +
      `Look at it: muster watch ${run}. When it has ended, try this step again; or leave the system out, if that run does what is needed`,
  );
