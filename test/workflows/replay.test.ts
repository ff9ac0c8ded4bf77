import { afterAll, describe, expect, it } from '@jest/globals';
import { DeterminismViolationError } from '@temporalio/workflow';
import { Runtime, Worker } from '@temporalio/worker';
import { dataConverterWith } from '../../client/data-converter.ts';
import { workflowBundle } from '../support/built.ts';
import { goldenHistories, type Golden, type History } from './golden.ts';

const golden = goldenHistories();
const replay = async ({ workflowId, history }: Golden) =>
  Worker.runReplayHistory(
    { workflowBundle: await workflowBundle(), dataConverter: dataConverterWith(undefined, 'default') },
    history,
    workflowId,
  );

describe('the histories of every version', () => {
  afterAll(() => Runtime.instance().shutdown());

  it.each(golden.map((one) => [one.name, one] as const))('%s is replayed', async (_, one) => {
    await expect(replay(one)).resolves.toBeUndefined();
  });

  it('show all that a history of a run can hold', () => {
    const types = new Set(golden.flatMap(({ history }) => history.events.map((event) => event.eventType)));
    expect([...types]).toEqual(
      expect.arrayContaining(
        [
          'ACTIVITY_TASK_COMPLETED',
          'TIMER_FIRED',
          'TIMER_CANCELED',
          'WORKFLOW_EXECUTION_UPDATE_COMPLETED',
          'WORKFLOW_EXECUTION_CONTINUED_AS_NEW',
          'WORKFLOW_EXECUTION_COMPLETED',
        ].map((type) => `EVENT_TYPE_${type}`),
      ),
    );
  });

  it('are refused where a step would call another activity', async () => {
    const live = golden.find(({ name }) => name.endsWith('/live'))!;
    const changed = JSON.stringify(live.history).replaceAll('"postgres.restore"', '"postgres.undo"');
    const other = { ...live, history: JSON.parse(changed) as History };
    await expect(replay(other)).rejects.toThrow(DeterminismViolationError);
  });
});
