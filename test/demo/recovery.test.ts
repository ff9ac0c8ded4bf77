import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { RunView } from '../../core/view.ts';
import { guardedIdentity } from '../../local/guarded-process.ts';
import type { Vote } from '../../faces/cli/demo/votes.ts';
import type { Count } from '../../faces/cli/demo/words.ts';
import { readPrivateKey } from '../../people/private-key.ts';
import { type Estate, places, siteOf } from '../../runbooks/shop/estate/layout.ts';
import { readLedger } from '../../runbooks/shop/estate/ledger.ts';
import { ask } from '../../runbooks/shop/estate/orders-db.ts';
import { people, starter } from '../../runbooks/shop/estate/people.ts';
import { running } from '../../runbooks/shop/estate/processes.ts';
import { removeEstate } from '../../runbooks/shop/estate/stop.ts';
import { type Ended, Muster } from './muster.ts';
import { recordOf } from './record-of.ts';

type Result = Count & {
  readonly run: RunView;
  readonly estate: Estate;
  readonly votes: readonly Vote[];
};

describe('muster demo --yes', () => {
  const muster = new Muster();
  const directory = join(muster.home, 'demo');
  let ended: Ended;
  let result: Result;

  beforeAll(async () => {
    ended = await muster.run('demo', '--yes', '--keep', '--output', 'json');
    if (ended.code !== 0) throw new Error(`exit code ${ended.code}\n${ended.err}\n${ended.out}`);
    result = JSON.parse(ended.out) as Result;
  }, 15 * 60_000);

  afterAll(async () => {
    await removeEstate({ directory });
    await muster.remove();
  }, 60_000);

  it('recovers every system inside its budgets', () => {
    const { run } = result;
    expect(run.status).toBe('recovered');
    expect(run.nodes.map(({ id, status }) => `${id} ${status}`).sort()).toEqual(
      ['api', 'go-live', 'orders-db', 'traffic', 'uploads'].map((id) => `${id} passed`),
    );
    const budgets = [...run.functions, ...run.nodes].flatMap(({ rto }) => rto ?? []);
    expect(new Set(budgets.map(({ standing }) => standing))).toEqual(new Set(['met']));
    const { beforeStart, machines, people, neither } = run.time;
    expect(beforeStart + machines + people + neither).toBe(run.moments.end! - run.moments.disruption.at);
  });

  it('opens the gate by two of three, and refuses and records the vote of who started it', () => {
    expect(result.run.startedBy).toBe(starter);
    expect(result.votes.map(({ by, verdict }) => `${by} ${verdict}`)).toEqual([
      'ada excluded',
      'grace counted',
      'linus counted',
    ]);
  });

  it('says how many orders are there, and so many are there', async () => {
    const { connection } = siteOf(result.estate, 'standby');
    const rows = await ask(result.estate, connection, 'select id from orders');
    expect(rows).toHaveLength(result.orders.there);
    const there = new Set(rows.map(({ id }) => Number(id)));
    const lost = readLedger(result.estate).filter(({ order }) => !there.has(order));
    expect(lost.filter(({ site }) => site === 'primary')).toHaveLength(result.orders.of.primary.lost);
    expect(lost.filter(({ site }) => site === 'standby')).toEqual([]);
  });

  it('loses orders of the last seconds only', () => {
    const ledger = readLedger(result.estate).filter(({ site }) => site === 'primary');
    const lastSafe = ledger.at(-1 - result.orders.of.primary.lost)!;
    expect(ledger.at(-1)!.at - lastSafe.at).toBeLessThan(60_000);
    expect(result.run.lostTooMuch).toBe(false);
  });

  it('sends customers to the standby, which has their uploads', async () => {
    const front = `http://127.0.0.1:${result.estate.ports.traffic}`;
    expect(await (await fetch(`${front}/site`)).text()).toBe('standby');
    const [line = ''] = readFileSync(places(result.estate).backups.uploads.manifest, 'utf8').split('\n');
    const [, path = ''] = line.split('  ');
    const upload = await fetch(`${front}/uploads/${path.split('/').at(-1)}`);
    expect(upload.status).toBe(200);
    expect(result.uploads).toEqual({ backedUp: 300, there: 300 });
  });

  it('leaves the old database stopped', () => {
    const old = siteOf(result.estate, 'primary').databaseDirectory;
    expect(running({ directory }).filter(({ argv }) => argv.includes(old))).toEqual([]);
  });

  it('leaves nothing of the shop when it is told to end', async () => {
    const { code } = await muster.run('demo', 'end');
    expect(code).toBe(0);
    expect(running({ directory })).toEqual([]);
  }, 60_000);
});

describe('muster demo, answered from two other terminals', () => {
  const muster = new Muster();
  const directory = join(muster.home, 'demo');
  const { key } = places({ directory });
  const approve = (person: string) =>
    muster.run('approve', 'go-live', 'shop', '--as', person, '--key', key(person), '--reason', 'looks right');
  let demo: Promise<Ended>;

  beforeAll(async () => {
    demo = muster.run('demo');
    // Not before its service is up: whoever asks for it sooner starts it, and then it is not the demo's to end.
    await until(() => Promise.resolve(existsSync(key('linus'))));
    await until(async () => {
      const { code, out } = await muster.run('status', 'shop', '--output', 'json');
      return code === 0 && (JSON.parse(out) as RunView).asks.length > 0;
    });
  }, 15 * 60_000);
  afterAll(() => muster.remove(), 60_000);

  it('does not count the vote of who started it', async () => {
    const { code, out } = await approve(starter);
    expect({ code, out }).toEqual({ code: 4, out: expect.stringContaining('NOT counted') });
  }, 60_000);

  it('goes on when two of three have signed, says what it came to, and leaves nothing running', async () => {
    const [grace, linus] = [await approve('grace'), await approve('linus')];
    expect(grace.out).toContain('It needs more votes; so far grace: approve.');
    expect(linus.out).toContain('approve go-live: counted, by linus.');
    const { code, out, err } = await demo;
    expect({ code, err: code === 0 ? '' : err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(/RECOVERED/);
    expect(out).toMatch(/orders +[\d,]+ are there/);
    expect(running({ directory })).toEqual([]);
    for (const name of ['parent', 'temporal-server', 'worker']) {
      expect(guardedIdentity({ directory: join(muster.home, 'local'), name })).toBeUndefined();
    }
  }, 180_000);

  it('has all three votes in the record, each with the key that signed it', async () => {
    const keys = people.map(async (person) => (await readPrivateKey(key(person))).publicKey.id);
    const votes = recordOf(muster.home).flatMap((event) => (event.type === 'voted' ? [event] : []));
    expect(votes.map(({ decision: { by }, key, verdict }) => [by, key, verdict])).toEqual([
      ['ada', await keys[0], 'excluded'],
      ['grace', await keys[1], 'counted'],
      ['linus', await keys[2], 'counted'],
    ]);
  });
});

async function until(it: () => Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 10 * 60_000; !(await it()); await sleep(200))
    if (Date.now() > end) throw new Error('it did not come to that');
}
