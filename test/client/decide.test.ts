import { describe, expect, it } from '@jest/globals';
import type { Client, WorkflowHandle } from '@temporalio/client';
import { ServiceError, WorkflowNotFoundError, WorkflowUpdateFailedError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { decide } from '../../client/decide.ts';
import type { FoundRun } from '../../client/find-run.ts';
import type { Proposal } from '../../client/runs.ts';

const note: Proposal = {
  ...{ by: 'ada', channel: 'cli', reason: 'because' },
  propose: [{ on: 'record', set: { note: 'still here' } }],
};
const service = { client: {} as Client, namespace: 'default', address: '' };
const aborted = new WorkflowNotFoundError('workflow update was aborted by closing workflow', 'w', undefined);
const failed = (type: string) => new WorkflowUpdateFailedError('failed', ApplicationFailure.create({ type }));
const unanswered = failed('AcceptedUpdateCompletedWorkflow');
const unprocessed = failed('UnprocessedUpdate');
const notReady = new ServiceError('Workflow Update failed', {
  cause: Object.assign(new Error('unexpected workflow task failure'), {
    ...{ code: 9, details: 'unexpected workflow task failure', metadata: {} },
  }),
});
const unreachable = new Error('connect ECONNREFUSED');

/** A run whose Updates end as listed, the last one from then on; and the ids under which they came. */
function runThat(ends: readonly (Error | 'counted')[], status: 'RUNNING' | 'COMPLETED') {
  const ids: unknown[] = [];
  const handle = {
    executeUpdate: (_: string, { updateId }: { updateId: string }) => {
      const end = ends[Math.min(ids.push(updateId), ends.length) - 1]!;
      return end instanceof Error ? Promise.reject(end) : Promise.resolve({ verdict: end });
    },
    describe: () => Promise.resolve({ status: { name: status } }),
  };
  const run: FoundRun = {
    ...{ run: 'run-1', runbook: 'made', mode: 'live', workflowId: 'recover/made' },
    handle: handle as unknown as WorkflowHandle,
  };
  return { run, ids };
}

describe('a decision on its way', () => {
  it.each([aborted, unanswered, unprocessed, notReady])(
    'that met a reset or a continue-as-new goes to the run that goes on, under its id',
    async (end) => {
      const { run, ids } = runThat([end, 'counted'], 'RUNNING');
      expect(await decide(service, run, note)).toEqual({ verdict: 'counted' });
      expect(ids).toHaveLength(2);
      expect(new Set(ids).size).toBe(1);
    },
  );

  it.each([aborted, unanswered])('is for nobody where the run has ended', async (end) => {
    const { run, ids } = runThat([end], 'COMPLETED');
    await expect(decide(service, run, note)).rejects.toMatchObject({ code: 'not-found' });
    expect(ids).toHaveLength(1);
  });

  it('is not called refused where the answer of an earlier attempt got lost', async () => {
    const { run } = runThat([unreachable, aborted], 'COMPLETED');
    const message: unknown = expect.stringContaining('It is not known');
    await expect(decide(service, run, note)).rejects.toMatchObject({ code: 'unreachable', message });
  });
});
