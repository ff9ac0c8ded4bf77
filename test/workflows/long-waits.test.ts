import { expect, it } from '@jest/globals';
import { makeGate, makeNode, makePlan } from '../core/run/make-plan.ts';
import { describeTimeSkipping, useTimeSkipping } from '../support/time-skipping.ts';
import { withWorker } from './running.ts';

const day = 24 * 60 * 60_000;
const actor = { by: 'ada', channel: 'cli', reason: 'test' } as const;

describeTimeSkipping('a gate that nobody answers for weeks', () => {
  const time = useTimeSkipping();
  const plan = (ask: object) =>
    makePlan([makeNode('a'), makeGate('go', { needs: ['a'] }, ask), makeNode('b', { needs: ['go'] })], {
      runbook: {
        name: `waits-${Object.keys(ask).join('-').toLowerCase()}`,
        title: '',
        owner: '',
        digest: 'sha256:0',
      },
    });
  const host = () => ({
    address: time.env.address,
    taskQueue: 'long-waits',
    now: () => time.env.currentTimeMs(),
  });

  it('waits 30 days at no cost, tells its ladder, closes, is asked again, and opens', async () => {
    const escalate = [
      { after: day, to: 'duty-manager' },
      { after: 7 * day, to: 'board' },
    ];
    await withWorker(host(), async ({ runs, until, find, performed }) => {
      const { run } = await runs.start({ plan: plan({ escalate, timeout: 30 * day }), ...actor });
      await until(run, (view) => view.asks.length === 1);
      const { handle } = await find(run);
      const before = (await handle.fetchHistory()).events!.length;
      await time.env.sleep(29 * day);
      expect((await runs.view(run)).asks.map((ask) => ask.try)).toEqual(['go/1/gate/decide#1']);
      await time.env.sleep(2 * day);
      const shut = await until(run, (view) => view.nodes.some((node) => node.status === 'shut'));
      expect(shut.status).toBe('running');
      const after = (await handle.fetchHistory()).events!.length;
      // A timer and a workflow task for each rung and for the closing; none for the waiting.
      expect(after - before).toBeLessThanOrEqual(3 * 6);

      const again = [{ on: 'step', path: 'go/1/gate/decide', set: 'retry' }] as const;
      expect(await runs.decide(run, { ...actor, propose: again })).toEqual({ verdict: 'counted' });
      const [ask] = (await runs.view(run)).asks;
      expect(ask!.try).toBe('go/1/gate/decide#2');
      const yes = { ...actor, ask: ask!.try, choice: 'approve', answers: {}, rests: ask!.rests };
      expect(await runs.decide(run, yes)).toEqual({ verdict: 'counted' });
      expect(await handle.result()).toMatchObject({ status: 'recovered' });
      expect(performed).toEqual(['a/1/recover/work#1', 'b/1/recover/work#1']);
      const told = (await runs.events(run, 0, 500)).flatMap((event) =>
        event.type === 'told' ? [event.notice] : [],
      );
      expect(told).toEqual(['go/1/gate/decide#1@duty-manager', 'go/1/gate/decide#1@board']);
    });
  }, 60_000);

  it('leaves out what lies behind it where the runbook says so', async () => {
    await withWorker(host(), async ({ runs, until, find, performed }) => {
      const { run } = await runs.start({
        plan: plan({ timeout: 2 * day, onTimeout: 'leave-out' }),
        ...actor,
      });
      await until(run, (view) => view.asks.length === 1);
      await time.env.sleep(3 * day);
      expect(await (await find(run)).handle.result()).toMatchObject({ status: 'failed' });
      expect(performed).toEqual(['a/1/recover/work#1']);
    });
  }, 60_000);
});
