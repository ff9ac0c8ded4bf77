import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from '@jest/globals';
import type { Plan } from '../../core/plan.ts';
import { makeGate, makeNode, makePlan } from '../core/run/make-plan.ts';
import { describeTimeSkipping, useTimeSkipping } from '../support/time-skipping.ts';
import { withWorker } from './running.ts';

const day = 24 * 60 * 60_000;
const actor = { by: 'ada', channel: 'cli', reason: 'test' } as const;

describeTimeSkipping('a gate that nobody answers for weeks', () => {
  const time = useTimeSkipping();
  const plan = (ask: object, more: Partial<Plan> = {}) =>
    makePlan([makeNode('a'), makeGate('go', { needs: ['a'] }, ask), makeNode('b', { needs: ['go'] })], {
      runbook: {
        name: `waits-${Object.keys(ask).join('-').toLowerCase()}`,
        title: '',
        owner: '',
        digest: 'sha256:0',
      },
      ...more,
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
      const called = (await runs.events(run, 0, 500)).flatMap((event) =>
        event.type === 'escalated' ? [`${event.try} ${event.to}`] : [],
      );
      expect(called).toEqual(['go/1/gate/decide#1 duty-manager', 'go/1/gate/decide#1 board']);
    });
  }, 60_000);

  it('costs at most 12 events of history for each reminder, escalation and vote that others are told of', async () => {
    const escalate = [
      { after: 4 * day, to: 'duty-manager' },
      { after: 9 * day, to: 'board' },
    ];
    const notify = { wall: { command: ['true'], on: ['asks'] } } as const;
    await withWorker(host(), async ({ runs, until, find }) => {
      const ask = { remind: 1.5 * day, escalate };
      const { run } = await runs.start({ plan: plan(ask, { notify }), ...actor });
      const { asks } = await until(run, (view) => view.asks.length === 1);
      const { handle } = await find(run);
      const length = async () => (await handle.describe()).historyLength;
      // That it was asked has been told, which is no part of the waiting.
      let before = 0;
      for (; before < (await length()); await sleep(500)) before = await length();
      await time.env.sleep(30 * day);
      const open = await runs.events(run, 0, 500);
      const calls = open.filter(({ type }) => type === 'reminded' || type === 'escalated');
      expect(calls.map(({ type }) => type).filter((type) => type === 'reminded').length).toBeGreaterThan(15);
      expect(calls.filter(({ type }) => type === 'escalated')).toHaveLength(2);
      const waited = (await length()) - before;
      process.stderr.write(`30 days, ${calls.length} calls: ${waited} events of history\n`);
      expect(waited / calls.length).toBeLessThanOrEqual(12);

      const voting = await length();
      const { try: id, rests } = asks[0]!;
      const early = { ...actor, ask: id, choice: 'approve', answers: {}, rests: 'sha256:other' };
      expect(await runs.decide(run, early)).toMatchObject({ verdict: 'rests-changed' });
      expect((await length()) - voting).toBeLessThanOrEqual(12);
      expect(await runs.decide(run, { ...early, rests })).toEqual({ verdict: 'counted' });
      expect(await handle.result()).toMatchObject({ status: 'recovered' });
    });
  }, 120_000);

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
