import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, it } from '@jest/globals';
import type { RunView } from '../../core/view.ts';
import { guardedIdentity } from '../../local/guarded-process.ts';
import { Muster } from './muster.ts';

const muster = new Muster();
const folder = join(muster.home, 'runbooks');
const ledger = join(folder, 'ledger');
const file = (name: string) => join(folder, name, 'runbook.yaml');

function writeRunbooks(): void {
  for (const name of ['shop', 'region']) mkdirSync(join(folder, name), { recursive: true });
  writeFileSync(
    file('shop'),
    `muster: v1
name: shop
title: The shop
owner: shop
parameters: { incident: { pattern: 'INC-[0-9]+' } }
sites: { east: {}, west: {} }
functions: { ordering: { objectives: { rto: 30m }, needs: [web] } }
systems:
  db:
    fence: { none: it went down with its site }
    recover: [{ step: restore, use: command, with: { argv: [sh, -c, 'echo $0 >>${ledger}; sleep 6; echo done >>${ledger}', '{{parameters.incident}}'] }, takes: 6s }]
    verify: [{ step: there, use: command, with: { argv: ['true'] }, expect: { exit: 0 } }]
  web:
    needs: [go-live]
    fence: { none: it only answers }
    recover: [{ step: point, use: command, with: { argv: [sh, -c, 'echo web >>${ledger}'] } }]
    verify: [{ step: there, use: command, with: { argv: ['true'] }, expect: { exit: 0 } }]
gates: { go-live: { title: Send customers?, needs: [db], approve: anyone } }
`,
  );
  writeFileSync(
    file('region'),
    `muster: v1
name: region
title: The region is lost
owner: dr
parameters: { incident: { pattern: 'INC-[0-9]+' } }
sites: { east: {}, west: {} }
systems:
  shop:
    objectives: { rto: 40m }
    fence: { none: its own runbook fences }
    recover: [{ step: shop, use: runbook, with: { file: ../shop/runbook.yaml, parameters: { incident: '{{parameters.incident}}' } } }]
    verify: [{ step: sells, use: command, with: { argv: [echo, '{{steps.shop.outputs.ending}}'] }, expect: { contains: recovered } }]
`,
  );
}

const view = async (run: string): Promise<RunView | undefined> => {
  const { code, out } = await muster.run('status', run, '--output', 'json');
  return code !== 2 && out.startsWith('{') ? (JSON.parse(out) as RunView) : undefined;
};

async function until(what: string, holds: () => Promise<boolean> | boolean): Promise<void> {
  for (const end = Date.now() + 120_000; Date.now() < end; await sleep(300)) if (await holds()) return;
  throw new Error(`not within two minutes: ${what}`);
}

function killWorker(): void {
  const pid = guardedIdentity({ directory: join(muster.home, 'local'), name: 'worker' })?.pid;
  if (pid === undefined) throw new Error('there is no worker');
  process.kill(pid, 'SIGKILL');
}

const lines = (): string[] => (existsSync(ledger) ? readFileSync(ledger, 'utf8').trim().split('\n') : []);

describe('a region whose runbook runs the runbook of a team', () => {
  afterAll(() => muster.remove());

  it('is recovered through kill -9 of the worker, the other runbook having run once', async () => {
    writeRunbooks();
    const started = await muster.runWith(
      { MUSTER_CONTINUE_AFTER: '30' },
      ...[
        'recover',
        file('region'),
        '--confirm',
        'region',
        '--param',
        'incident=INC-1',
        '--detach',
        '--reason',
        'lost',
      ],
    );
    expect([started.code, started.code === 0 ? '' : started.err + started.out]).toEqual([0, '']);
    await until('the restore of the shop is under way', () => lines().length === 1);
    killWorker();
    await until('the gate of the shop is open', async () => (await view('shop'))?.asks.length === 1);
    killWorker();
    const approved = await muster.run('approve', 'go-live', 'shop', '--reason', 'looked at it');
    expect(approved).toMatchObject({ code: 0 });
    await until('the region is recovered', async () => (await view('region'))?.moments.end !== undefined);

    expect(lines()).toEqual(['INC-1', 'done', 'web']);
    expect(await view('region')).toMatchObject({ status: 'recovered', late: false });
    const listed = await muster.run('list', '--all', '--output', 'json');
    const runs = (JSON.parse(listed.out) as { runs: { runbook: string; status: string }[] }).runs;
    expect(runs.map(({ runbook, status }) => `${runbook} ${status}`).toSorted()).toEqual([
      'region recovered',
      'shop recovered',
    ]);
  }, 400_000);
});
