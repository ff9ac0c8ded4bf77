import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import type { Plan } from '../../core/plan.ts';
import { doStep, makeGate, makeNode, makePlan } from '../core/run/make-plan.ts';
import { useTemporal } from '../support/temporal.ts';
import { withWorker } from './running.ts';

const temporal = useTemporal();
const actor = { by: 'ada', channel: 'cli', reason: 'test' } as const;

/** Plans of tests that run beside each other must not be one runbook. */
function named(plan: Plan): Plan {
  const name = `made-${randomBytes(4).toString('hex')}`;
  return { ...plan, runbook: { ...plan.runbook, name } };
}

const host = () => ({ address: temporal.address, taskQueue: temporal.taskQueue() });

describe('a run on a real server', () => {
  it('recovers in order and leaves its events in the record', async () => {
    const plan = named(
      makePlan([makeNode('a'), makeNode('b', { needs: ['a'] })], {
        claims: [{ system: `a-${Date.now()}`, site: 'standby' }],
      }),
    );
    await withWorker(host(), async ({ runs, archive, performed, find }) => {
      const { run } = await runs.start({ plan, ...actor });
      const { handle } = await find(run);
      expect(await handle.result()).toEqual({ run, status: 'recovered' });
      expect(performed).toEqual(['a/1/recover/work#1', 'b/1/recover/work#1']);
      const events = await archive.read(run);
      expect(events.map((event) => event.seq)).toEqual(events.map((_, index) => index + 1));
      expect(events.map((event) => event.type)).toEqual(
        expect.arrayContaining(['began', 'claimed', 'tried', 'ended', 'became', 'released']),
      );
      expect((await runs.events(run, 0, 1_000)).map((event) => event.seq)).toEqual(
        events.map((event) => event.seq),
      );
    });
  });

  it('waits at a gate, counts one vote of a person, and goes on', async () => {
    const plan = named(
      makePlan([makeNode('a'), makeGate('go', { needs: ['a'] }), makeNode('b', { needs: ['go'] })]),
    );
    await withWorker(host(), async ({ runs, performed, until, find }) => {
      const { run } = await runs.start({ plan, ...actor });
      const { asks } = await until(run, (view) => view.asks.length === 1);
      const [ask] = asks;
      const vote = { ...actor, ask: ask!.try, choice: 'approve', answers: {}, rests: ask!.rests };
      expect(await runs.decide(run, { ...vote, rests: 'sha256:other' })).toMatchObject({
        verdict: 'rests-changed',
      });
      expect(await runs.decide(run, vote)).toEqual({ verdict: 'counted' });
      expect(await (await find(run)).handle.result()).toMatchObject({ status: 'recovered' });
      expect(performed).toEqual(['a/1/recover/work#1', 'b/1/recover/work#1']);
    });
  });

  it('continues as new while steps run, starts none of them twice, and keeps every event', async () => {
    const nodes = Array.from({ length: 40 }, (_, n) =>
      makeNode(`s${n}`, { needs: n < 8 ? [] : [`s${n - 8}`] }),
    );
    const plan = named(makePlan(nodes));
    const started = new Set<string>();
    const perform = async ({ try: id }: { try: string }) => {
      started.add(id);
      await new Promise((resolve) => setTimeout(resolve, 20));
      return { outcome: 'passed', outputs: {}, found: {} } as const;
    };
    await withWorker({ ...host(), perform }, async ({ client, taskQueue, archive, find, runs }) => {
      const run = `${plan.runbook.name}-20260101-000000-abcdef`;
      const input = { run, plan, ...actor, host: { id: 'test', name: 'test', taskQueue }, continueAfter: 20 };
      const memo = { run, runbook: plan.runbook.name, mode: 'live' };
      const handle = await client.workflow.start('recovery', {
        workflowId: `recover/${plan.runbook.name}`,
        taskQueue,
        args: [input],
        memo,
      });
      expect(await handle.result()).toEqual({ run, status: 'recovered' });
      const events = await archive.read(run);
      expect(events.filter((event) => event.type === 'continued').length).toBeGreaterThan(0);
      expect(events.map((event) => event.seq)).toEqual(events.map((_, index) => index + 1));
      const tried = events.filter((event) => event.type === 'tried').map((event) => event.try);
      expect(tried).toHaveLength(40);
      expect(new Set(tried).size).toBe(40);
      const read = [];
      for (let after = 0; ; after = read.at(-1)!.seq) {
        const page = await runs.events(run, after, 10);
        if (page.length === 0) break;
        read.push(...page);
      }
      expect(read).toEqual(events);
      expect((await find(run)).run).toBe(run);
    });
  });

  it('answers everybody who decides while it saves, continues as new, or ends', async () => {
    const nodes = Array.from({ length: 40 }, (_, n) =>
      makeNode(`s${n}`, { needs: n < 1 ? [] : [`s${n - 1}`] }),
    );
    const plan = named(makePlan(nodes));
    await withWorker(host(), async ({ client, taskQueue, archive, runs }) => {
      const run = `${plan.runbook.name}-20260101-000000-abcdef`;
      const input = { run, plan, ...actor, host: { id: 'test', name: 'test', taskQueue }, continueAfter: 20 };
      const handle = await client.workflow.start('recovery', {
        workflowId: `recover/${plan.runbook.name}`,
        taskQueue,
        args: [input],
        memo: { run, runbook: plan.runbook.name, mode: 'live' },
      });
      let open = true;
      const ended = handle.result().finally(() => (open = false));
      const note = () =>
        runs.decide(run, { ...actor, propose: [{ on: 'record', set: { note: 'still here' } }] });
      let counted = 0;
      const people = Array.from({ length: 4 }, async () => {
        while (open) counted += (await note().catch(() => undefined))?.verdict === 'counted' ? 1 : 0;
      });
      expect(await ended).toEqual({ run, status: 'recovered' });
      await Promise.all(people);
      const events = await archive.read(run);
      const notes = events.filter((event) => event.type === 'changed' && event.change.on === 'record');
      expect(notes.length).toBeGreaterThanOrEqual(counted);
      expect(counted).toBeGreaterThan(0);
      expect(events.map((event) => event.seq)).toEqual(events.map((_, index) => index + 1));
    });
  }, 60_000);

  it('is open once for one runbook', async () => {
    const plan = named(makePlan([makeGate('go')]));
    await withWorker(host(), async ({ runs, until, find }) => {
      const first = await runs.start({ plan, ...actor });
      const second = await runs.start({ plan, ...actor });
      expect(second).toEqual({ ...first, already: true });
      await until(first.run, (view) => view.asks.length === 1);
      expect(await runs.decide(first.run, { ...actor, propose: [{ on: 'run', set: 'cancel' }] })).toEqual({
        verdict: 'counted',
      });
      expect(await (await find(first.run)).handle.result()).toMatchObject({ status: 'cancelled' });
    });
  });

  it('waits for what another run holds, and says who', async () => {
    const claims = [{ system: `db-${randomBytes(4).toString('hex')}`, site: 'standby' }];
    const one = named(makePlan([makeGate('go')], { claims }));
    const two = named(makePlan([makeNode('a')], { claims }));
    await withWorker(host(), async ({ runs, until, performed }) => {
      const first = await runs.start({ plan: one, ...actor });
      await until(first.run, (view) => view.asks.length === 1);
      const second = await runs.start({ plan: two, ...actor });
      const waiting = await until(second.run, (view) => view.waitsForClaim !== undefined);
      expect(waiting.waitsForClaim).toContain(`held by ${first.run} (`);
      expect(performed).toEqual([]);
      for (const { run } of [first, second])
        await runs.decide(run, { ...actor, propose: [{ on: 'run', set: 'cancel' }] });
    });
  });

  it('lets its worker go though nobody answers for its claims', async () => {
    const claims = [{ system: `db-${randomBytes(4).toString('hex')}`, site: 'standby' }];
    const plan = named(makePlan([makeNode('a')], { claims }));
    const nobody = { keeperQueue: temporal.taskQueue() };
    const left = await withWorker({ ...host(), ...nobody }, async ({ client, runs, taskQueue }) => {
      const { workflowId } = await runs.start({ plan, ...actor });
      const keeper = `claims/${taskQueue}`;
      while (
        !(await client.workflow
          .getHandle(keeper)
          .describe()
          .catch(() => undefined))
      )
        await sleep(25);
      return [workflowId, keeper];
    });
    expect(left).toHaveLength(2); // it has come back
    for (const id of left) await temporal.env.client.workflow.getHandle(id).terminate('the test is over');
  });

  it('keeps its claims although their keeper is terminated', async () => {
    const claims = [{ system: `db-${randomBytes(4).toString('hex')}`, site: 'standby' }];
    const one = named(makePlan([makeGate('go')], { claims }));
    const two = named(makePlan([makeNode('a')], { claims }));
    await withWorker(host(), async ({ client, runs, until, taskQueue, performed }) => {
      const first = await runs.start({ plan: one, ...actor });
      await until(first.run, (view) => view.asks.length === 1);
      await client.workflow.getHandle(`claims/${taskQueue}`).terminate('somebody cleans up');
      const second = await runs.start({ plan: two, ...actor });
      const waiting = await until(second.run, (view) => view.waitsForClaim !== undefined);
      expect(waiting.waitsForClaim).toContain(`held by ${first.run} (`);
      expect(performed).toEqual([]);
      await runs.decide(first.run, { ...actor, propose: [{ on: 'run', set: 'cancel' }] });
      await until(second.run, (view) => view.status === 'recovered');
    });
  });

  it('refuses what is no decision without a trace in its history', async () => {
    const plan = named(makePlan([makeGate('go')]));
    await withWorker(host(), async ({ runs, until, find }) => {
      const { run } = await runs.start({ plan, ...actor });
      await until(run, (view) => view.asks.length === 1);
      const { handle } = await find(run);
      const before = (await handle.fetchHistory()).events!.length;
      for (const bytes of [
        '',
        '{}',
        'null',
        '{"version":1}',
        JSON.stringify({ version: 1, namespace: 'default', run: 'other' }),
      ]) {
        await expect(handle.executeUpdate('decide', { args: [{ bytes }] })).rejects.toThrow(
          'Workflow Update failed',
        );
      }
      expect((await handle.fetchHistory()).events!.length).toBe(before);
      await runs.decide(run, { ...actor, propose: [{ on: 'run', set: 'cancel' }] });
    });
  });

  it('stops a step when people order it', async () => {
    const steps = [doStep('work', { touches: 'data' })];
    const plan = named(makePlan([makeNode('a', { steps })]));
    let stop = () => {};
    const stopped = new Promise<void>((resolve) => (stop = resolve));
    const perform = async () => {
      await stopped;
      return { outcome: 'stopped', outputs: {}, found: { message: 'stopped' } } as const;
    };
    await withWorker(
      { ...host(), perform, stop: () => Promise.resolve(stop()) },
      async ({ runs, until, find }) => {
        const { run } = await runs.start({ plan, ...actor });
        await until(run, (view) => view.nodes[0]?.step !== undefined);
        expect(await runs.decide(run, { ...actor, propose: [{ on: 'run', set: 'kill' }] })).toEqual({
          verdict: 'counted',
        });
        expect(await (await find(run)).handle.result()).toMatchObject({ status: 'cancelled' });
      },
    );
  });
});
