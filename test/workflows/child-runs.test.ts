import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { useTemporal } from '../support/temporal.ts';
import { allEvents } from './all-events.ts';
import {
  actor,
  asks,
  childBook,
  decide,
  hostOf,
  linesOf,
  names,
  over,
  parentBook,
  planOf,
  started,
  untilThere,
} from './child-runs.ts';
import { type Running, withWorker } from './running.ts';

const temporal = useTemporal();

describe('a step that runs another runbook', () => {
  it('starts a run of its own, of the same mode and clock, whose people are asked there, and ends with it', async () => {
    const all = names();
    const plan = planOf(parentBook(all), childBook(all));
    await withWorker(await hostOf(temporal.address, temporal.taskQueue()), async (running) => {
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
      expect(linesOf(all.ledger)).toEqual([`west-${all.id} 2026-03-14T03:04:05.000Z`]);
    });
  });

  it('goes on with the same run when the worker goes, and when its own run continues as new', async () => {
    const all = names();
    const plan = planOf(parentBook(all), childBook(all));
    const host = await hostOf(temporal.address, temporal.taskQueue());
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
    await withWorker(await hostOf(temporal.address, temporal.taskQueue()), async (running) => {
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
    await withWorker(await hostOf(temporal.address, temporal.taskQueue()), async (running) => {
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
    const plan = planOf(parentBook(all), childBook(all), { mode: 'rehearsal' });
    await withWorker(await hostOf(temporal.address, temporal.taskQueue()), async (running) => {
      const { runs } = running;
      const { run } = await runs.start({ plan, ...actor });
      await over(running, run, all.child);
      expect(linesOf(all.ledger)).toEqual([`lab-${all.id} 2026-03-14T03:04:05.000Z`]);
      expect((await runs.view(all.child)).mode).toBe('rehearsal');
      expect(await runs.view(run)).toMatchObject({ status: 'recovered' });
    });
  });

  it('that is stopped lets the other run go on, and observes it again at the next try', async () => {
    const all = names();
    const plan = planOf(parentBook(all), childBook(all));
    await withWorker(await hostOf(temporal.address, temporal.taskQueue()), async (running) => {
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

describe('three runs, one below the other', () => {
  it('tell at the top for which gate at the bottom all of them wait', async () => {
    const all = names();
    const last = parentBook(all).replace('child.yaml', 'last.yaml').replace('  shop:', '  middle:');
    const middle = last.replace(`name: ${all.parent}`, `name: ${all.parent}-middle`);
    const plan = planOf(parentBook(all), (file) => (file === 'last.yaml' ? childBook(all) : middle));
    await withWorker(await hostOf(temporal.address, temporal.taskQueue()), async (running) => {
      const { runs } = running;
      const { run } = await runs.start({ plan, ...actor });
      const child = await untilThere(running, all.child, asks(1));
      expect(await progressOf(running, run)).toMatch(`waits for run ${all.child}: gate go-live open`);
      await decide(runs, child, 'approve');
      await over(running, run, `${all.parent}-middle`, all.child);
    });
  });
});

/** What the host tells of the step, once it tells something of its gate. */
async function progressOf({ runs }: Running, run: string): Promise<string> {
  for (const end = Date.now() + 20_000; Date.now() < end;) {
    const doing = Object.values(await runs.progress(run))[0]?.doing ?? '';
    if (doing.startsWith('waits')) return doing;
    await sleep(200);
  }
  throw new Error('nothing is told of what it waits for');
}
