import { writeFile } from 'node:fs/promises';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import type { Client } from '@temporalio/client';
import { createPerform } from '../../activities/perform.ts';
import { loadAction } from '../../actions/registry.ts';
import { observerFor } from '../../worker/observer.ts';
import { doStep, makeNode, makePlan } from '../core/run/make-plan.ts';
import { testHome } from '../host/harness.ts';
import { built } from '../support/built.ts';
import { useTemporal } from '../support/temporal.ts';
import { allEvents } from './all-events.ts';
import { withWorker } from './running.ts';

const temporal = useTemporal();
const home = await testHome();

/** The real worker's way from a command that writes nothing to the people who are asked, and back. */
describe('a command that falls silent under a real worker', () => {
  it('is a question while it is silent, and none when it writes again', async () => {
    const go = join(home, 'go');
    const argv = [
      'sh',
      '-c',
      `until [ -e ${go} ]; do sleep 0.1; done; for n in 1 2 3 4 5 6; do echo again; sleep 0.5; done`,
    ];
    const step = doStep('work', {
      do: { action: 'command', with: { argv }, site: 'target' },
      touches: 'data',
      rerun: 'once',
      quiet: 2_000,
    });
    const name = `silent-${randomBytes(4).toString('hex')}`;
    const plan = makePlan([makeNode('a', { steps: [step] })]);
    const childArgv = [process.execPath, await built('actions/child.js')];
    let client: Client | undefined;
    const perform = createPerform({ home, loadAction, childArgv, observer: () => observerFor(client!)() });
    const host = { address: temporal.address, taskQueue: temporal.taskQueue(), perform };
    await withWorker(host, async ({ runs, find, until, ...running }) => {
      client = running.client;
      const { run } = await runs.start({
        plan: { ...plan, runbook: { ...plan.runbook, name } },
        ...{ by: 'ada', channel: 'cli', reason: 'test' },
      });
      const { asks } = await until(run, (view) => view.asks.length === 1);
      expect(asks[0]!.ask.title).toBe('The step has written nothing for 2s. Wait, or stop it?');
      await writeFile(go, '');
      await until(run, (view) => view.asks.length === 0);
      expect(await (await find(run)).handle.result()).toMatchObject({ status: 'recovered' });
      const events = await allEvents(runs, run);
      const told = events.flatMap((event) => (event.type === 'silent' ? [event.since !== undefined] : []));
      expect(told).toEqual([true, false]);
      expect(events.filter(({ type }) => type === 'tried')).toHaveLength(1);
    });
  });
});
