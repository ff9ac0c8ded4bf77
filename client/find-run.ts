import { type Client, WorkflowNotFoundError, type WorkflowHandle } from '@temporalio/client';
import { workflowIdOf, workflowTypes } from '../contract/names.ts';
import type { RunMemo } from '../contract/recovery.ts';
import { ClientFailure } from './failure.ts';
import { whatCanBeRead } from './what-can-be-read.ts';

export interface FoundRun extends RunMemo {
  readonly handle: WorkflowHandle;
  readonly workflowId: string;
}

/** How far back a name is looked for. */
const looksBack = 1_000;

/** Finds a run by its id, its workflow id or its runbook's name: the open live run first, else the newest. */
export async function findRun(client: Client, id: string): Promise<FoundRun> {
  for (const workflowId of workflowIdsFor(id)) {
    const known = await describe(client, workflowId);
    if (known && (id.includes('/') || known.run === id || known.runbook === id)) return known;
  }
  let seen = 0;
  for await (const execution of whatCanBeRead(client).list({
    query: `WorkflowType = '${workflowTypes.recovery}'`,
  })) {
    const memo = execution.memo as unknown as RunMemo | undefined;
    if (memo && (memo.run === id || memo.runbook === id)) {
      // An open one is meant wherever it goes on: it may be reset, or continue as new, in a moment.
      const runId = execution.status.name === 'RUNNING' ? undefined : execution.runId;
      const handle = client.workflow.getHandle(execution.workflowId, runId);
      return { ...memo, handle, workflowId: execution.workflowId };
    }
    if ((seen += 1) >= looksBack) break;
  }
  throw new ClientFailure(
    'not-found',
    `there is no run "${id}". \`muster list --all\` shows which there are.`,
  );
}

/** Lists lag behind what was just started; what the id itself says does not. */
function workflowIdsFor(id: string): string[] {
  if (id.includes('/')) return [id];
  const runbook = /^(.+)-\d{8}-\d{6}-[0-9a-f]{6}$/.exec(id)?.[1];
  if (runbook === undefined) return [workflowIdOf({ mode: 'live', runbook: id, id })];
  return ['live', 'rehearsal', 'tabletop'].map((mode) => workflowIdOf({ mode, runbook, id }));
}

async function describe(client: Client, workflowId: string): Promise<FoundRun | undefined> {
  try {
    const handle = client.workflow.getHandle(workflowId);
    const { memo } = await handle.describe();
    return memo ? { ...(memo as unknown as RunMemo), handle, workflowId } : undefined;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return undefined;
    throw error;
  }
}
