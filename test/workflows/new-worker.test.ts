import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import { describe, expect, it } from '@jest/globals';
import type { Plan } from '../../core/plan.ts';
import { makeGate, makeNode, makePlan } from '../core/run/make-plan.ts';
import { useTemporal } from '../support/temporal.ts';
import { withWorker } from './running.ts';

const temporal = useTemporal();
const actor = { by: 'ada', channel: 'cli', reason: 'test' } as const;

/** Of steps that end one after the other, each without anything that could begin after it. */
const takes: Readonly<Record<string, number>> = { a: 50, b: 400, c: 900 };
const perform = async ({ try: id }: { try: string }) => {
  await sleep(takes[id.split('/')[0]!] ?? 0);
  return { outcome: 'passed', outputs: {}, found: {} } as const;
};

const plan = (): Plan => {
  const made = makePlan([
    ...Object.keys(takes).map((name) => makeNode(name)),
    makeGate('go', { needs: Object.keys(takes) }),
    makeNode('last', { needs: ['go'] }),
  ]);
  return { ...made, runbook: { ...made.runbook, name: `made-${randomBytes(4).toString('hex')}` } };
};

describe('a worker that comes while a gate waits', () => {
  it('counts the first thing that it hears of it, and so does whoever comes after', async () => {
    const host = { address: temporal.address, taskQueue: temporal.taskQueue(), perform };
    const asked = await withWorker(host, async ({ runs, until }) => {
      const { run } = await runs.start({ plan: plan(), ...actor });
      const { asks } = await until(run, (view) => view.asks.length === 1);
      return { run, ask: asks[0]! };
    });
    const { run, ask } = asked;
    const vote = { ...actor, ask: ask.try, choice: 'approve', answers: {}, rests: ask.rests };
    await withWorker(host, async ({ runs, find }) => {
      expect(await runs.decide(run, vote)).toEqual({ verdict: 'counted' });
      expect(await (await find(run)).handle.result()).toMatchObject({ status: 'recovered' });
    });
    await withWorker(host, async ({ runs }) => {
      const events = await runs.events(run, 0, 1_000);
      const voted = events.filter((event) => event.type === 'voted');
      expect(voted).toMatchObject([{ verdict: 'counted', decision: { rests: ask.rests } }]);
      expect(events.find((event) => event.type === 'asked' && event.try === ask.try)?.at).toBe(ask.openedAt);
    });
  });

  it('says what a terminated run knew, also where something came that nobody worked on', async () => {
    const host = { address: temporal.address, taskQueue: temporal.taskQueue(), perform };
    const asked = await withWorker(host, async ({ runs, until }) => {
      const { run } = await runs.start({ plan: plan(), ...actor });
      return until(run, (view) => view.asks.length === 1);
    });
    const connection = await Connection.connect({ address: temporal.address });
    const handle = new Client({ connection }).workflow.getHandle(`recover/${asked.runbook.name}`);
    await handle.signal('nobody-listens');
    await handle.terminate();
    await connection.close();
    await withWorker(host, async ({ runs }) => {
      expect(await runs.view(asked.run)).toMatchObject({
        run: asked.run,
        asks: [{ try: asked.asks[0]!.try }],
      });
    });
  });
});
