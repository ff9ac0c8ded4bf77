import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Context } from '@temporalio/activity';
import { labelQueue, workflowTypes } from '../../contract/names.ts';
import type { RecoveryInput } from '../../contract/recovery.ts';
import type { PerformInput, PerformResult } from '../../contract/perform.ts';
import type { Host } from '../../core/change.ts';
import type { Mode } from '../../core/names.ts';
import type { Plan } from '../../core/plan.ts';
import { doStep, makeNode, makePlan, questions } from '../core/run/make-plan.ts';
import { useTemporal } from '../support/temporal.ts';
import { makeWorker, type Running, withWorker } from './running.ts';

const temporal = useTemporal();
const silence = 'MUSTER_HOST_SILENT_AFTER';

beforeAll(() => {
  process.env[silence] = '1500';
});
afterAll(() => {
  delete process.env[silence];
});

const passed: PerformResult = { outcome: 'passed', outputs: {}, found: {} };

/** A step that works until its observer is gone. */
const forEver = (): Promise<PerformResult> => Context.current().cancelled;

interface Placed {
  readonly host: Host;
  readonly performed: readonly string[];
  /** Its worker is gone; what it observed goes on. */
  readonly end: () => Promise<void>;
}

/** A worker host that bears a label: one worker for its own queue, one for that of the label. */
async function startHost(
  { client, taskQueue }: Running,
  label: string,
  {
    name = 'west-1',
    modes,
    perform,
  }: {
    name?: string;
    modes?: readonly Mode[];
    perform?: (input: PerformInput) => Promise<PerformResult>;
  } = {},
): Promise<Placed> {
  const host = { id: `${label}-${name}`, name, taskQueue: `muster-${label}-${name}` };
  const options = { address: temporal.address, taskQueue, ...(perform && { perform }) };
  const own = await makeWorker(options, client, host);
  const asked = await makeWorker(options, client, host, {
    taskQueue: labelQueue(label),
    ...(modes && { modes }),
  });
  const running = Promise.all([own.worker.run(), asked.worker.run()]);
  const end = async () => {
    for (const { worker } of [own, asked]) if (worker.getState() === 'RUNNING') worker.shutdown();
    await running;
    await Promise.all([own.close(), asked.close()]);
  };
  return { host, performed: own.performed, end };
}

const newLabel = (): string => `west-${randomBytes(4).toString('hex')}`;

/** A database that runs behind a label; an API beside it on the run's own host. */
function planOn(label: string): Plan {
  const placement = { label, key: 'db@west' };
  const steps = [doStep('restore', { touches: 'data', rerun: 'once' }), doStep('look', { phase: 'verify' })];
  const plan = makePlan([makeNode('db', { steps, placement }), makeNode('api', { needs: ['db'] })], {
    questions,
  });
  return { ...plan, runbook: { ...plan.runbook, name: label } };
}

const start = ({ runs }: Running, plan: Plan) =>
  runs.start({ plan, by: 'ada', channel: 'cli', reason: 'test' });

const withMain = (test: (running: Running) => Promise<void>) =>
  withWorker({ address: temporal.address, taskQueue: temporal.taskQueue() }, test);

async function answer({ runs }: Running, run: string, choice: string): Promise<void> {
  const { asks } = await runs.view(run);
  const { try: ask, rests } = asks[0]!;
  const verdict = await runs.decide(run, {
    ...{ ask, choice, rests, answers: {}, by: 'bob', channel: 'cli', reason: 'looked at it' },
  });
  expect(verdict).toMatchObject({ verdict: 'counted' });
}

describe('a system behind a label', () => {
  it('runs on a host that bears it, the rest on the host of the run', async () => {
    await withMain(async (running) => {
      const label = newLabel();
      const west = await startHost(running, label);
      const { run } = await start(running, planOn(label));
      const view = await running.until(run, ({ status }) => status === 'recovered');
      await west.end();
      expect(west.performed).toEqual(['db/1/recover/restore#1', 'db/1/verify/look#1']);
      expect(running.performed).toEqual(['api/1/recover/work#1']);
      expect(view.nodes.map(({ runsOn }) => runsOn)).toEqual(['west-1', undefined]);
    });
  });

  it('that nobody bears is a question, and starts when a host comes', async () => {
    await withMain(async (running) => {
      const label = newLabel();
      const { run } = await start(running, planOn(label));
      const { asks } = await running.until(run, (view) => view.asks.length === 1);
      expect(asks[0]!.ask.title).toContain(`No worker host with the label ${label} has answered`);
      const west = await startHost(running, label);
      await running.until(run, ({ status }) => status === 'recovered');
      await west.end();
      expect(west.performed[0]).toBe('db/1/recover/restore#1');
    });
  });

  it('is not taken by a worker that is for rehearsals, and people read why', async () => {
    await withMain(async (running) => {
      const label = newLabel();
      const west = await startHost(running, label, { modes: ['rehearsal'] });
      const { run } = await start(running, planOn(label));
      const { asks } = await running.until(run, (view) => view.asks.length === 1);
      await west.end();
      expect(asks[0]!.ask.title).toBe(
        'The worker host west-1 takes rehearsal runs only. Nothing of db runs. What now?',
      );
      expect(west.performed).toEqual([]);
      await answer(running, run, 'leave-out');
      await running.until(run, ({ status }) => status === 'failed');
    });
  });
});

describe('a host that is gone', () => {
  it('is a question with what is known of its steps; where it comes back, its step is adopted', async () => {
    await withMain(async (running) => {
      const label = newLabel();
      const west = await startHost(running, label, { perform: forEver });
      const { run } = await start(running, planOn(label));
      await running.until(run, () => west.performed.length > 0);
      await west.end();
      const { asks } = await running.until(run, (view) => view.asks.length === 1);
      expect(asks[0]!.ask.title).toMatch(
        /^The worker host west-1 has said nothing for .*; under way there: restore \(begun .* ago\)\. What now\?$/,
      );
      const back = await startHost(running, label);
      const view = await running.until(run, ({ status }) => status === 'recovered');
      await back.end();
      expect(view.deviations).toEqual([]);
      expect(back.performed).toEqual(['db/1/recover/restore#1', 'db/1/verify/look#1']);
    });
  });

  it('is given up by people: the system begins anew on another, as a new try', async () => {
    await withMain(async (running) => {
      const label = newLabel();
      const lost = await startHost(running, label, { perform: forEver });
      const { run } = await start(running, planOn(label));
      await running.until(run, () => lost.performed.length > 0);
      await lost.end();
      await running.until(run, (view) => view.asks.length === 1);
      await answer(running, run, 'anew');
      const other = await startHost(running, label, {
        name: 'west-2',
        perform: () => Promise.resolve(passed),
      });
      const view = await running.until(run, ({ status }) => status === 'recovered');
      await other.end();
      expect(other.performed).toEqual(['db/1/recover/restore#2', 'db/1/verify/look#1']);
      expect(view.nodes[0]!.runsOn).toBe('west-2');
      expect(view.deviations.map(({ text }) => text)).toEqual(['the worker host west-1 of db was given up']);
    });
  });

  it('is given up where it is that of the run itself: what is not placed goes on with another, and the record with it', async () => {
    await withMain(async (running) => {
      const label = newLabel();
      const lost = await startHost(running, label, { perform: forEver });
      const plan = makePlan([makeNode('api', { steps: [doStep('work', { touches: 'data' })] })], {
        questions,
      });
      const run = label;
      const input: RecoveryInput = {
        ...{ run, plan, by: 'ada', channel: 'cli', reason: 'test', host: lost.host },
        hostSilentAfter: 1_500,
      };
      await running.client.workflow.start(workflowTypes.recovery, {
        ...{ workflowId: `recover/${label}`, taskQueue: running.taskQueue, args: [input] },
        memo: { run, runbook: label, mode: 'live' },
      });
      await running.until(run, () => lost.performed.length > 0);
      await lost.end();
      await running.until(run, (view) => view.asks.length === 1);
      await answer(running, run, 'anew');
      await running.until(run, ({ status }) => status === 'recovered');
      expect(running.performed).toEqual(['api/1/recover/work#2']);
      await running.client.workflow.getHandle(`recover/${label}`).result();
      const saved = (await running.archive.read(run)).map(({ type }) => type);
      expect([saved[0], saved.at(-1)]).toEqual(['began', 'became']);
    });
  });
});
