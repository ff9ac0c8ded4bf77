import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import type { WorkflowFailedError } from '@temporalio/client';
import type { PayloadKeys } from '../../client/payload-keys.ts';
import { systemHealth } from '../../client/system-health.ts';
import { makeNode, makePlan } from '../core/run/make-plan.ts';
import { makeRoster, member } from '../core/run/make-roster.ts';
import { useTemporal } from '../support/temporal.ts';
import { withWorker } from './running.ts';

const temporal = useTemporal();
const actor = { by: 'canaryperson', channel: 'cli', reason: 'test' } as const;
const keys = (): PayloadKeys => ({
  ...{ file: 'payload-keys', current: 'k1' },
  keys: new Map([['k1', randomBytes(32)]]),
});
const plan = () => {
  const made = makePlan([makeNode('a')]);
  return { ...made, runbook: { ...made.runbook, name: `sealed-${randomBytes(4).toString('hex')}` } };
};
const host = (payloadKeys?: PayloadKeys) => ({
  ...{ address: temporal.address, taskQueue: temporal.taskQueue() },
  ...(payloadKeys && { payloadKeys }),
});

describe('what failures say', () => {
  it('is encrypted where an activity fails, and read by those who have the key', async () => {
    const perform = () => Promise.reject(new Error('canaryfailure'));
    await withWorker({ ...host(keys()), perform }, async ({ runs, find, client }) => {
      const { run } = await runs.start({ plan: plan(), ...actor });
      const { handle, workflowId } = await find(run);
      const pending = async () => (await handle.describe()).raw.pendingActivities?.[0]?.lastFailure;
      let failure = await pending();
      for (; !failure; failure = await pending()) await new Promise((resolve) => setTimeout(resolve, 100));
      expect(failure.message).toBe('Encoded failure');
      expect(failure.stackTrace).toBe('');
      expect(JSON.stringify(await handle.fetchHistory())).not.toContain('canary');
      await client.workflow.getHandle(workflowId).terminate();
    });
  }, 60_000);

  it('is encrypted where a run refuses to begin, and read by those who have the key', async () => {
    const roster = makeRoster({ ann: member(['incident-commander']) });
    await withWorker(host(keys()), async ({ runs, find }) => {
      const { run } = await runs.start({ plan: plan(), roster, ...actor });
      const { handle } = await find(run);
      const ended: unknown = await handle.result().catch((error: unknown) => error);
      expect((ended as WorkflowFailedError).cause).toMatchObject({
        type: 'MUSTER_START_UNPROVED',
        message: expect.stringMatching(/\S+ \S+/),
      });
      const { events } = await handle.fetchHistory();
      const { failure } = events!.at(-1)!.workflowExecutionFailedEventAttributes!;
      expect(failure?.message).toBe('Encoded failure');
    });
  }, 60_000);
});

describe('a worker without the key', () => {
  it('does nothing for the run, says why, and leaves it to one that has it', async () => {
    const mine = keys();
    const sealed = host(mine);
    const asked = plan();
    let run = '';
    // Started and left alone: this client's worker never sees it.
    await withWorker({ ...sealed, taskQueue: `${sealed.taskQueue}-elsewhere` }, async ({ client }) => {
      run = `${asked.runbook.name}-20260101-000000-abcdef`;
      await client.workflow.start('recovery', {
        workflowId: `recover/${asked.runbook.name}`,
        taskQueue: sealed.taskQueue,
        args: [
          { run, plan: asked, ...actor, host: { id: 'test', name: 'test', taskQueue: sealed.taskQueue } },
        ],
        memo: { run, runbook: asked.runbook.name, mode: 'live' },
      });
    });
    await withWorker({ ...host(), taskQueue: sealed.taskQueue }, async ({ client, performed }) => {
      const look = async () =>
        (await systemHealth(client, [])).troubles.find(
          ({ workflowId }) => workflowId === `recover/${asked.runbook.name}`,
        );
      let trouble = await look();
      for (; !trouble; trouble = await look()) await new Promise((resolve) => setTimeout(resolve, 200));
      expect(trouble).toMatchObject({
        what: 'failing',
        why: expect.stringContaining(
          'encrypted with the payload key "k1", and there are no payload keys here',
        ),
      });
      expect(performed).toEqual([]);
    });
    await withWorker(sealed, async ({ find, performed }) => {
      expect(await (await find(run)).handle.result()).toEqual({ run, status: 'recovered' });
      expect(performed).toEqual(['a/1/recover/work#1']);
    });
  }, 120_000);
});

it('a run that cannot be read hides no other in the list, and is not left out of it', async () => {
  await withWorker(host(keys()), async ({ runs: sealed, find }) => {
    const unreadable = plan();
    const { run: secret } = await sealed.start({ plan: unreadable, ...actor });
    await (await find(secret)).handle.result();
    await withWorker(host(), async ({ runs, find: findPlain }) => {
      const { run } = await runs.start({ plan: plan(), ...actor });
      await (await findPlain(run)).handle.result();
      const listed = async () => {
        const all = await runs.list({ limit: 500, openOnly: false });
        return all.filter((one) => one.run === run || one.runbook === unreadable.runbook.name);
      };
      while ((await listed()).length < 2) await new Promise((resolve) => setTimeout(resolve, 100));
      expect((await listed()).toSorted((a, b) => a.status.localeCompare(b.status))).toMatchObject([
        { run, status: 'recovered' },
        { run: `recover/${unreadable.runbook.name}`, status: 'unreachable', open: false },
      ]);
    });
  });
}, 60_000);
