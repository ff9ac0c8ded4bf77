import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import type { WorkflowHandle } from '@temporalio/client';
import type { PerformInput, PerformResult } from '../../contract/perform.ts';
import type { RecoveryInput } from '../../contract/recovery.ts';
import type { Change } from '../../core/change.ts';
import type { Plan } from '../../core/plan.ts';
import type { AskView } from '../../core/view.ts';
import { doStep, makeNode, makePlan } from '../core/run/make-plan.ts';
import { shop, shopPlan } from '../language/compile/shop.ts';
import { useTemporal } from '../support/temporal.ts';
import { keepHistory } from './golden.ts';
import { withWorker, type HostOptions, type Running } from './running.ts';

/*
 * Records the golden histories of this version: `npm run histories`. Not a test: it is run once for a release,
 * and replaces nothing. See test/histories/README.md.
 */
const temporal = useTemporal();
const actor = { by: 'ada', channel: 'cli', reason: 'recorded' } as const;
const passed: PerformResult = { outcome: 'passed', outputs: {}, found: {} };
const failed: PerformResult = { outcome: 'failed', outputs: {}, found: { message: 'broken' } };

/** Steps pass, unless `ends` says otherwise for a try; restores say where the database is. */
function host(ends: Readonly<Record<string, PerformResult>> = {}): HostOptions {
  const perform = ({ try: id, call }: PerformInput) => {
    const connection = 'postgres://127.0.0.1/orders';
    const found = { recoveredUpTo: Date.now() - 9_000, newestRecord: Date.now() - 12_000 };
    const restored: PerformResult = { outcome: 'passed', outputs: { connection }, found };
    return Promise.resolve(ends[id] ?? (call.action === 'postgres.restore' ? restored : passed));
  };
  return { address: temporal.address, taskQueue: temporal.taskQueue(), perform };
}

/** The shop, whose own switch no worker has. */
const book = () => {
  const file = new URL('../language/compile/shop.yaml', import.meta.url);
  const text = readFileSync(file, 'utf8')
    .replace('use: haproxy.switch', 'use: command')
    .replace("with: { to: '{{target.vars.api}}' }", "with: { argv: [switch, '{{target.vars.api}}'] }");
  return shop(text);
};

const chain = (count: number, width: number): Plan =>
  makePlan(
    Array.from({ length: count }, (_, n) => makeNode(`s${n}`, { needs: n < width ? [] : [`s${n - width}`] })),
    { runbook: { name: 'chain', title: 'Chain', owner: 'tests', digest: 'sha256:chain' } },
  );

async function decide({ runs }: Running, run: string, ...propose: Change[]): Promise<void> {
  expect(await runs.decide(run, { ...actor, propose })).toEqual({ verdict: 'counted' });
}

async function answer(running: Running, run: string, choice: string, by = 'ada'): Promise<AskView> {
  const [ask] = (await running.until(run, (view) => view.asks.length > 0)).asks;
  const vote = { ...actor, by, ask: ask!.try, choice, answers: {}, rests: ask!.rests };
  expect(await running.runs.decide(run, vote)).toMatchObject({ verdict: 'counted' });
  return ask!;
}

describe('the golden histories of this version', () => {
  it('live: fences, restores, a failure that is tried again, a gate for two, traffic', async () => {
    const ends = { 'orders-db/1/recover/restore#1': failed };
    await withWorker(host(ends), async (running) => {
      const { run } = await running.runs.start({ plan: shopPlan({}, book()), ...actor });
      await decide(running, run, { on: 'record', set: { note: 'we begin' } });
      await decide(running, run, { on: 'run', set: 'hold' });
      await decide(running, run, { on: 'run', set: 'resume' });
      expect((await answer(running, run, 'retry')).about.question).toBe('failed');
      await running.until(run, (view) => view.asks.some((ask) => ask.about.node === 'go-live'));
      await answer(running, run, 'approve', 'bob');
      await answer(running, run, 'approve', 'cy');
      const { handle } = await running.find(run);
      expect(await handle.result()).toMatchObject({ status: 'recovered' });
      await keepHistory('live', handle);
      const keeper = running.client.workflow.getHandle(`claims/${running.taskQueue}`);
      await keepHistory('claim-keeper', keeper);
    });
  });

  it('rehearsal: alone at night, with a check that fails, and its clean-up', async () => {
    const ends = { 'uploads/1/verify/there#1': failed };
    await withWorker(host(ends), async (running) => {
      const plan = shopPlan({ mode: 'rehearsal', attended: false }, book());
      const { run } = await running.runs.start({ plan, ...actor });
      const { handle } = await running.find(run);
      expect(await handle.result()).toMatchObject({ run });
      await keepHistory('rehearsal', handle);
    });
  });

  it('retries: a step that tries itself again, one that is stopped, a run that is cancelled', async () => {
    const steps = [doStep('work', { retries: { count: 2, every: 500 } })];
    const slow = [doStep('work', { touches: 'data', timeout: 500 })];
    const plan = makePlan([makeNode('a', { steps }), makeNode('b', { steps: slow, needs: ['a'] })]);
    const options = host({ 'a/1/recover/work#1': failed });
    let end = () => {};
    const ended = new Promise<void>((resolve) => (end = resolve));
    const perform = async (input: PerformInput) => {
      if (input.try.startsWith('b/')) await ended;
      return options.perform!(input);
    };
    await withWorker({ ...options, perform }, async (running) => {
      const { run } = await running.runs.start({ plan, ...actor });
      expect((await answer(running, run, 'stop')).about.question).toBe('slow');
      expect((await answer(running, run, 'retry')).about.question).toBe('failed');
      await decide(running, run, { on: 'run', set: 'kill' });
      const { handle } = await running.find(run);
      expect(await handle.result()).toMatchObject({ status: 'cancelled' });
      await keepHistory('retries', handle);
      end();
    });
  });

  it('chain: bound by a worker, continued as new while steps run, its plan compressed', async () => {
    await withWorker(host(), async ({ client, taskQueue }) => {
      const plan = chain(100, 10);
      const run = `chain-20260101-000000-${randomBytes(3).toString('hex')}`;
      const input: RecoveryInput = { run, plan, ...actor, continueAfter: 180 };
      const options = { workflowId: 'recover/chain', taskQueue, args: [input] };
      const handle = await client.workflow.start('recovery', options);
      expect(await handle.result()).toMatchObject({ status: 'recovered' });
      let runId: string | undefined = handle.firstExecutionRunId;
      for (let part = 1; runId; part += 1) {
        const one: WorkflowHandle = client.workflow.getHandle('recover/chain', runId);
        await keepHistory(`chain-${part}`, one);
        const { events } = await one.fetchHistory();
        runId =
          events?.at(-1)?.workflowExecutionContinuedAsNewEventAttributes?.newExecutionRunId ?? undefined;
      }
    });
  });
});
