import { describe, expect, it } from '@jest/globals';
import { systemHealth } from '../../client/system-health.ts';
import { workflowTypes } from '../../contract/names.ts';
import { systemFindings } from '../../faces/cli/system-findings.ts';
import { useTemporal } from '../support/temporal.ts';
import { courierOf, withWorker } from './running.ts';

const temporal = useTemporal();

describe('the workflows that all runs need', () => {
  it('are found where their task keeps failing, with why, and where somebody ended them', async () => {
    const options = { address: temporal.address, taskQueue: temporal.taskQueue() };
    await withWorker(options, async ({ client, taskQueue }) => {
      const [workflowId, missing] = [courierOf(taskQueue), `claims/${taskQueue}`];
      const poison = [{ waiting: 7, dead: [], delivered: [], forgotten: 0 }];
      const courier = await client.workflow.start(workflowTypes.courier, {
        ...{ workflowId, taskQueue, args: poison },
      });
      const look = async () =>
        (await systemHealth(client, [workflowId, missing])).troubles.filter(
          (one) => one.workflowId === workflowId,
        );
      let found = await look();
      for (const late = Date.now() + 60_000; found.length === 0 && Date.now() < late;)
        found = await new Promise((resolve) => setTimeout(() => resolve(look()), 300));
      expect(found).toEqual([
        { workflowId, what: 'failing', tries: expect.any(Number), why: expect.stringContaining('waiting') },
      ]);
      await courier.terminate();
      expect(await look()).toEqual([{ workflowId, what: 'ended', how: 'terminated' }]);
    });
  }, 90_000);

  it('are told of with what it means and what to do', () => {
    const failing = {
      workflowId: 'muster-courier',
      what: 'failing',
      tries: 7,
      why: 'x is no function',
    } as const;
    const [finding] = systemFindings({ troubles: [failing] });
    expect(finding).toMatchObject({ what: 'courier (muster-courier)', state: 'missing' });
    expect(finding!.found).toBe(
      'its task fails, 7 times by now (x is no function): nobody is told anything of any run',
    );
    expect(finding!.mend).toContain('muster down, muster up');
    const unserved = { workflowId: 'muster-claims', what: 'unserved', forMs: 61_234 } as const;
    expect(systemFindings({ troubles: [unserved] })[0]!.found).toBe(
      'no worker has taken its task for 1m 01s: no run can claim what it will touch, so none begins',
    );
    expect(systemFindings({ troubles: [] })).toMatchObject([{ state: 'ok' }]);
  });

  it('and notices that were given up', () => {
    const run = { id: 'r', runbook: 'shop', title: 'Shop', mode: 'live', from: 'a', to: 'b' } as const;
    const notice = { id: 'r:1:pager', to: 'pager', type: 'run.began', at: 0, run, text: 'begun' } as const;
    const origin = { workflowId: 'recover/shop', runId: '1', taskQueue: 'q' };
    const given = { notice, origin, tries: 10, nextAt: 0, problem: 'nothing listens there' };
    const notices = { waiting: [], dead: [given], delivered: [], forgotten: 0 };
    expect(systemFindings({ troubles: [], notices })).toContainEqual({
      ...{ what: 'notices', state: 'weak', found: '1 given up, the last to pager: nothing listens there' },
      mend: 'Mend the receiver, then: muster notices again. muster notices lists them.',
    });
  });
});
