import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import type { Client } from '@temporalio/client';
import { childRuns, withChildRuns } from '../../activities/child-run/action.ts';
import { createPerform } from '../../activities/perform.ts';
import { catalogue } from '../../actions/catalogue.ts';
import { loadAction } from '../../actions/registry.ts';
import { ClientFailure } from '../../client/failure.ts';
import type { Answer, Runs } from '../../client/runs.ts';
import type { Host } from '../../core/change.ts';
import type { Plan } from '../../core/plan.ts';
import type { RunView } from '../../core/view.ts';
import { compile } from '../../language/compile/compile.ts';
import { readRunbook } from '../../language/read-runbook.ts';
import { sha256 } from '../../record/sha256.ts';
import { observerFor } from '../../worker/observer.ts';
import { testHome } from '../host/harness.ts';
import { built } from '../support/built.ts';
import { useTemporal } from '../support/temporal.ts';
import { allEvents } from './all-events.ts';
import { type Running, withWorker } from './running.ts';

const temporal = useTemporal();
const home = await testHome();
const actor = { by: 'ada', channel: 'cli', reason: 'test' } as const;

/** A pair of runbooks that no other test has. */
function names() {
  const id = randomBytes(4).toString('hex');
  return { parent: `region-${id}`, child: `shop-${id}`, ledger: join(home, `ledger-${id}`) };
}

const sites = `sites: { east: {}, west: {}, lab: { isolated: { cannotReach: ['127.0.0.1:1'] } } }`;

type Names = ReturnType<typeof names>;

/** A step that writes a line each time it is run, a gate, and a step behind it that does what the test says. */
const childBook = ({ child, ledger }: Names, last = 'true') => `muster: v1
name: ${child}
title: The shop
owner: shop
parameters: { recoverTo: { type: time, default: latest } }
${sites}
functions: { ordering: { objectives: { rto: 30m }, needs: [web] } }
systems:
  db:
    fence: { none: test }
    recover: [{ step: restore, use: command, with: { argv: [sh, -c, 'echo "$0 $1" >>${ledger}', '{{target.name}}', '{{parameters.recoverTo}}'] }, takes: 1s }]
    verify: [{ step: there, use: command, with: { argv: ['true'] }, expect: { exit: 0 }, takes: 1s }]
  web:
    needs: [go-live]
    fence: { none: test }
    recover: [{ step: point, use: command, with: { argv: [sh, -c, '${last}'] }, takes: 1s }]
    verify: [{ step: there, use: command, with: { argv: ['true'] }, expect: { exit: 0 }, takes: 1s }]
gates: { go-live: { title: Send customers?, needs: [db], approve: anyone, rehearsal: auto } }
`;

const parentBook = ({ parent }: Names, expectation = '') => `muster: v1
name: ${parent}
title: The region
owner: dr
parameters: { recoverTo: { type: time, default: latest } }
${sites}
systems:
  shop:
    objectives: { rto: 40m }
    fence: { none: test }
    recover: [{ step: run, use: runbook, with: { file: child.yaml }${expectation} }]
    verify: [{ step: there, use: command, with: { argv: [echo, '{{steps.run.outputs.ending}}'] }, expect: { contains: recovered } }]
`;

function planOf(text: string, child: string, mode: 'live' | 'rehearsal' = 'live'): Plan {
  const find = () => child;
  const { runbook, diagnostics } = readRunbook({ text, file: 'parent.yaml', find }, catalogue);
  if (!runbook) throw new Error(JSON.stringify(diagnostics, null, 1));
  const parameters = { recoverTo: '2026-03-14T03:04:05Z' };
  const request = { source: runbook, catalogue, parameters, mode, attended: true, now: Date.now() } as const;
  const made = compile({ ...request, sha256, compressedSize: () => 0 });
  if (!made.plan) throw new Error(JSON.stringify(made.diagnostics, null, 1));
  return made.plan;
}

/** A worker of the real kind: what it starts in this process, and in processes of their own. */
async function hostOf(taskQueue: string) {
  const childArgv = [process.execPath, await built('actions/child.js')];
  const performWith = (client: Client, host: Host) =>
    createPerform({
      home,
      loadAction: withChildRuns(loadAction, childRuns(client, host)),
      childArgv,
      observer: observerFor(client),
    });
  return { address: temporal.address, taskQueue, performWith };
}

/** Decides what is asked, by the name of the choice. */
async function decide(runs: Runs, view: RunView, choice: string): Promise<void> {
  const [ask] = view.asks;
  const vote: Answer = { ...actor, ask: ask!.try, choice, answers: {}, rests: ask!.rests };
  expect(await runs.decide(view.run, vote)).toEqual({ verdict: 'counted' });
}

const asks = (count: number) => (view: RunView) => view.asks.length === count;
const linesOf = (file: string): string[] =>
  existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [];

const started = async ({ client }: Running, workflowId: string): Promise<number> => {
  const runs = new Set<string>();
  for await (const { memo } of client.workflow.list({ query: `WorkflowId = '${workflowId}'` }))
    runs.add(String(memo?.['run']));
  return runs.size;
};

describe('a step that runs another runbook', () => {
  it('starts a run of its own, of the same mode and clock, whose people are asked there, and ends with it', async () => {
    const all = names();
    const plan = planOf(parentBook(all), childBook(all));
    await withWorker(await hostOf(temporal.taskQueue()), async (running) => {
      const { runs } = running;
      const disruption = Date.now() - 600_000;
      const { run } = await runs.start({ plan, disruption, ...actor });
      const child = await untilThere(running, all.child, asks(1));
      expect(child).toMatchObject({
        mode: 'live',
        startedBy: 'ada',
        parameters: { recoverTo: '2026-03-14T03:04:05.000Z' },
        partOf: { run, path: 'shop/1/recover/run' },
        moments: { disruption: { at: disruption } },
      });
      const told = await progressOf(running, run);
      expect(told).toMatch(
        new RegExp(`^waits for run ${all.child}: gate go-live open, its RTO: 19m \\d+s left, 1 of 3 done$`),
      );
      await decide(runs, child, 'approve');
      await over(running, run, all.child);
      const view = await runs.view(run);
      expect(view.nodes[0]).toMatchObject({ status: 'passed' });
      const ended = (await allEvents(runs, run)).find(
        (event) => event.type === 'ended' && event.try.endsWith('run#1'),
      );
      expect(ended).toMatchObject({ outcome: 'passed', outputs: { run: child.run, ending: 'recovered' } });
      expect(linesOf(all.ledger)).toEqual(['west 2026-03-14T03:04:05.000Z']);
    });
  });

  it('goes on with the same run when the worker goes, and when its own run continues as new', async () => {
    const all = names();
    const plan = planOf(parentBook(all), childBook(all));
    const host = await hostOf(temporal.taskQueue());
    process.env['MUSTER_CONTINUE_AFTER'] = '8';
    const run = await withWorker(host, async (running) => {
      const { runs } = running;
      const one = await runs
        .start({ plan, ...actor })
        .finally(() => delete process.env['MUSTER_CONTINUE_AFTER']);
      await untilThere(running, all.child, asks(1));
      return one.run;
    });
    await withWorker(host, async (running) => {
      const { runs, performed } = running;
      await decide(runs, await untilThere(running, all.child, asks(1)), 'approve');
      await over(running, run, all.child);
      expect(performed).toContain('shop/1/recover/run#1');
      expect(linesOf(all.ledger)).toHaveLength(1);
      expect(await started(running, `recover/${all.child}`)).toBe(1);
      const tried = (await allEvents(runs, run)).filter((event) => event.type === 'tried');
      expect(tried.map((event) => event.type === 'tried' && event.try)).toContain('shop/1/recover/run#1');
      expect(tried.filter((event) => event.type === 'tried' && event.path.endsWith('/run'))).toHaveLength(1);
      expect((await allEvents(runs, run)).some(({ type }) => type === 'continued')).toBe(true);
    });
  });

  it('asks about a run that did not come to what was expected; a new try is a new run', async () => {
    const all = names();
    const flag = `${all.ledger}.ok`;
    const plan = planOf(parentBook(all), childBook(all, `test -e ${flag} || { touch ${flag}; false; }`));
    await withWorker(await hostOf(temporal.taskQueue()), async (running) => {
      const { runs, until } = running;
      const { run } = await runs.start({ plan, ...actor });
      await decide(runs, await untilThere(running, all.child, asks(1)), 'approve');
      const failing = await untilThere(running, all.child, (view) => view.asks[0]?.ask.kind === 'question');
      await decide(runs, failing, 'leave-out');
      const view = await until(run, asks(1));
      expect(view.asks[0]?.message).toMatch(
        new RegExp(
          `^ending: expected recovered, found failed\\. The run ${failing.run} is failed: .*web is failed .*muster status ${failing.run}$`,
        ),
      );
      await decide(runs, view, 'retry');
      const second = await untilThere(
        running,
        all.child,
        (one) => one.run !== failing.run && one.asks.length === 1,
      );
      await decide(runs, second, 'approve');
      await over(running, run, all.child);
      expect(linesOf(all.ledger)).toHaveLength(2);
    });
  });

  it('starts nothing while somebody else has a run of that runbook open, and says whose', async () => {
    const all = names();
    const plan = planOf(parentBook(all), childBook(all));
    await withWorker(await hostOf(temporal.taskQueue()), async (running) => {
      const { runs, until } = running;
      const other = await runs.start({ plan: plan.children!['shop/1/recover/run']!, ...actor });
      const asking = await until(other.run, asks(1));
      const { run } = await runs.start({ plan, ...actor });
      const view = await until(run, asks(1));
      expect(view.asks[0]?.message).toMatch(
        new RegExp(
          `^nothing was started: a run of ${all.child} is open already, ${other.run}, since .*muster watch ${other.run}`,
        ),
      );
      await decide(runs, asking, 'approve');
      await over(running, other.run);
      await decide(runs, view, 'retry');
      await decide(
        runs,
        await untilThere(running, all.child, (one) => one.run !== other.run && one.asks.length === 1),
        'approve',
      );
      await over(running, run, all.child);
    });
  });

  it('rehearses the other runbook at its isolated site', async () => {
    const all = names();
    const plan = planOf(parentBook(all), childBook(all), 'rehearsal');
    await withWorker(await hostOf(temporal.taskQueue()), async (running) => {
      const { runs } = running;
      const { run } = await runs.start({ plan, ...actor });
      await over(running, run, all.child);
      expect(linesOf(all.ledger)).toEqual(['lab 2026-03-14T03:04:05.000Z']);
      expect((await runs.view(all.child)).mode).toBe('rehearsal');
      expect(await runs.view(run)).toMatchObject({ status: 'recovered' });
    });
  });

  it('that is stopped lets the other run go on, and observes it again at the next try', async () => {
    const all = names();
    const plan = planOf(parentBook(all), childBook(all));
    await withWorker(await hostOf(temporal.taskQueue()), async (running) => {
      const { runs, until } = running;
      const { run } = await runs.start({ plan, ...actor });
      const child = await untilThere(running, all.child, asks(1));
      await runs.decide(run, {
        ...actor,
        propose: [{ on: 'step', path: 'shop/1/recover/run', set: 'stop' }],
      });
      const view = await until(run, asks(1));
      expect(view.asks[0]?.message).toContain(`which goes on. To end that, too: muster cancel ${all.child}`);
      expect((await runs.view(child.run)).status).toBe('running');
      await decide(runs, view, 'retry');
      await decide(runs, child, 'approve');
      await over(running, run, all.child);
      expect(await started(running, `recover/${all.child}`)).toBe(1);
    });
  });
});

/** All of them have ended, well: what is left open would keep its systems from the runs of other tests. */
async function over({ find }: Running, ...ids: readonly string[]): Promise<void> {
  for (const id of ids) expect(await (await find(id)).handle.result()).toMatchObject({ status: 'recovered' });
}

/** As `until`, of a run that is started in a moment. */
async function untilThere(
  { runs, until }: Running,
  id: string,
  wanted: (view: RunView) => boolean,
): Promise<RunView> {
  for (const end = Date.now() + 20_000; Date.now() < end; await sleep(100)) {
    const there = await runs.view(id).catch((error: unknown) => {
      if (error instanceof ClientFailure && error.code === 'not-found') return undefined;
      throw error;
    });
    if (there) return until(id, wanted);
  }
  throw new Error(`nothing has started ${id}`);
}

/** What the host tells of the step, once it tells something of its gate. */
async function progressOf({ runs }: Running, run: string): Promise<string> {
  for (const end = Date.now() + 20_000; Date.now() < end;) {
    const doing = Object.values(await runs.progress(run))[0]?.doing ?? '';
    if (doing.startsWith('waits')) return doing;
    await sleep(200);
  }
  throw new Error('nothing is told of what it waits for');
}
