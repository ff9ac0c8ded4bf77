import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import type { Client } from '@temporalio/client';
import { loadAction } from '../../actions/registry.ts';
import { createPerform } from '../../activities/perform.ts';
import { endedTriesOf } from '../../client/ended-tries.ts';
import { listSteps } from '../../host/list-steps.ts';
import { readOrphanReport } from '../../host/orphan-report.ts';
import { observerFor } from '../../worker/observer.ts';
import { openRuns } from '../../worker/open-runs.ts';
import { Reaper } from '../../worker/reaper.ts';
import { doStep, makeNode, makePlan } from '../core/run/make-plan.ts';
import { linesOf, testHome, until as untilTrue } from '../host/harness.ts';
import { built } from '../support/built.ts';
import { useTemporal } from '../support/temporal.ts';
import { withWorker } from './running.ts';

const temporal = useTemporal();
const home = await testHome();

describe('a run that somebody terminates in Temporal', () => {
  it('leaves its command at work, which the reaper reports and leaves alone', async () => {
    const [go, ledger] = [join(home, 'go'), join(home, 'ledger')];
    const script = `echo began >>${ledger}; until [ -e ${go} ]; do sleep 0.1; done; echo ended >>${ledger}`;
    const call = { action: 'command', with: { argv: ['sh', '-c', script] }, site: 'target' } as const;
    const step = doStep('work', { do: call, touches: 'data', rerun: 'once' });
    const plan = makePlan([makeNode('a', { steps: [step] })]);
    const name = `reaped-${randomBytes(4).toString('hex')}`;
    const childArgv = [process.execPath, await built('actions/child.js')];
    let client: Client | undefined;
    const perform = createPerform({ home, loadAction, childArgv, observer: () => observerFor(client!)() });
    const host = { address: temporal.address, taskQueue: temporal.taskQueue(), perform };
    await withWorker(host, async ({ runs, find, ...running }) => {
      client = running.client;
      const log: string[] = [];
      const listed = () => openRuns(running.client);
      const endedTries = (id: string, tries: readonly string[]) => endedTriesOf(running.client, id, tries);
      const reaper = new Reaper({ home, openRuns: listed, endedTries, warn: (line) => void log.push(line) });
      const { run } = await runs.start({
        plan: { ...plan, runbook: { ...plan.runbook, name } },
        ...{ by: 'ada', channel: 'cli', reason: 'test' },
      });
      await untilTrue(async () => (await linesOf(ledger)) === 1);
      await untilTrue(async () => (await listed()).has(run));
      for (let looks = 0; looks < 3; looks += 1) expect(await reaper.look()).toBe(false);

      await (await find(run)).handle.terminate('test');
      await untilTrue(async () => !(await listed()).has(run));
      expect(await reaper.look()).toBe(true);
      expect(await reaper.look()).toBe(false);
      expect(log).toEqual([
        expect.stringContaining(`of ${run} is at work, and its run is not open any more`),
      ]);
      expect(readOrphanReport(home)?.orphans).toMatchObject([{ run, state: 'running' }]);

      await writeFile(go, '');
      await untilTrue(async () => (await linesOf(ledger)) === 2);
      await untilTrue(async () => (await listSteps(home))[0]?.observation.state === 'ended');
      await reaper.look();
      expect(readOrphanReport(home)?.orphans).toEqual([]);
    });
  });
});
