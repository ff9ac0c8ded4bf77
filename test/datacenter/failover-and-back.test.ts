import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { RunView } from '../../core/view.ts';
import { Muster } from '../demo/muster.ts';
import { ask } from '../actions/postgres-cluster.ts';
import { Datacenter, type Site } from './datacenter.ts';

const datacenter = new Datacenter();
const { directory, front } = datacenter;

describe('the data centre', () => {
  const muster = new Muster();
  let runbook: string;
  const key = (person: string) => join(directory, 'people', person);
  const as = (person: string) => ['--as', person, '--key', key(person)];
  const run = (...argv: string[]) => {
    process.env['MUSTER_ROSTER'] = join(directory, 'people', 'roster.yaml');
    return muster.run(...argv);
  };

  beforeAll(async () => {
    await datacenter.run('up');
    runbook = await datacenter.runbook();
  }, 120_000);
  afterAll(async () => {
    delete process.env['MUSTER_ROSTER'];
    await muster.remove();
    await datacenter.down();
  }, 90_000);

  /** A recovery from one site to the other, begun by ada, let through its gate by grace. */
  async function recover(from: Site, to: Site): Promise<RunView> {
    const said = ['--confirm', 'datacenter', '--reason', `${from} to ${to}`, '--detach'];
    const begun = await run('recover', runbook, '--from', from, '--to', to, ...as('ada'), ...said);
    if (begun.code !== 0) throw new Error(`${begun.code}: ${begun.err}${begun.out}`);
    await until((view) => view.asks.length > 0);
    const opened = await run('approve', 'go-live', 'datacenter', ...as('grace'), '--reason', 'looks right');
    if (opened.code !== 0) throw new Error(`${opened.code}: ${opened.err}${opened.out}`);
    return until((view) => view.status !== 'running');
  }

  async function until(is: (view: RunView) => boolean): Promise<RunView> {
    let seen: RunView | undefined;
    for (const end = Date.now() + 180_000; Date.now() < end; await sleep(500)) {
      const { code, out } = await run('status', 'datacenter', '--output', 'json');
      seen = code === 0 ? (JSON.parse(out) as RunView) : undefined;
      if (seen && is(seen)) return seen;
      if (seen?.asks.some(({ about }) => about.question !== undefined)) break;
    }
    throw new Error(`it does not come: ${JSON.stringify(seen?.asks)} ${JSON.stringify(seen?.nodes)}`);
  }

  async function isServedBy(site: Site, ports: { pg: number; redis: number }): Promise<void> {
    expect(await (await fetch(`${front}/site`)).text()).toBe(site);
    expect([await datacenter.siteByName('ns1'), await datacenter.siteByName('ns2')]).toEqual([site, site]);
    const database = `postgresql://shop@127.0.0.1:${datacenter.ports + ports.pg}/shop`;
    const confirmed = datacenter.ledger(); // Before the database is asked: customers go on ordering.
    const there = new Set((await ask(database, 'select id from orders')).map(({ id }) => Number(id)));
    lost = confirmed.filter(({ order }) => !there.has(order));
    const { stdout } = await promisify(execFile)('redis-cli', [
      '-p',
      String(datacenter.ports + ports.redis),
      'dbsize',
    ]);
    expect(Number(stdout)).toBe(200);
    const uploads = readdirSync(join(directory, site, 'uploads'), { recursive: true, withFileTypes: true });
    expect(uploads.filter((entry) => entry.isFile() && entry.name.endsWith('.jpg'))).toHaveLength(60);
  }
  let lost: ReturnType<Datacenter['ledger']> = [];

  it('serves orders at the east, and has a backup of everything in the form of its tool', async () => {
    expect(await (await fetch(`${front}/site`)).text()).toBe('east');
    expect([await datacenter.siteByName('ns1'), await datacenter.siteByName('ns2')]).toEqual([
      'east',
      'east',
    ]);
    const conf = join(directory, 'pgbackrest', 'pgbackrest.conf');
    const pass = readFileSync(join(directory, 'secrets', 'pgbackrest'), 'utf8').trim();
    const { stdout } = await promisify(execFile)(
      'pgbackrest',
      [`--config=${conf}`, 'info', '--output=json'],
      {
        env: { ...process.env, PGBACKREST_REPO1_CIPHER_PASS: pass },
      },
    );
    expect(JSON.parse(stdout)).toMatchObject([
      { name: 'orders', backup: [{ type: 'full' }], status: { code: 0 } },
    ]);
    expect(readdirSync(join(directory, 'backup', 'redis'))).toHaveLength(1);
    expect(readdirSync(join(directory, 'backup', 'restic', 'snapshots'))).toHaveLength(1);
  });

  it('is rehearsed beside the shop that serves, and leaves nothing of that', async () => {
    const rehearsed = await run(
      'rehearse',
      runbook,
      '--to',
      'rehearsal',
      ...as('ada'),
      '--reason',
      'every week',
    );
    expect({ code: rehearsed.code, said: rehearsed.code === 0 ? '' : rehearsed.out + rehearsed.err }).toEqual(
      {
        code: 0,
        said: '',
      },
    );
    expect(await (await fetch(`${front}/site`)).text()).toBe('east');
    expect(readdirSync(join(directory, 'rehearsal'))).toEqual(['web']);
    const history = readdirSync(join(directory, 'backup', 'pgbackrest', 'archive'), { recursive: true });
    expect(history.filter((name) => String(name).endsWith('.history'))).toEqual([]);
  }, 240_000);

  it('is recovered at the west when the east is lost, within its RTO and RPO', async () => {
    const disaster = Date.now();
    await datacenter.run('lose', 'east');
    const view = await recover('east', 'west');
    expect(view.status).toBe('recovered');
    const budgets = [...view.functions, ...view.nodes].flatMap(({ rto }) => rto ?? []);
    expect(new Set(budgets.map(({ standing }) => standing))).toEqual(new Set(['met']));
    expect(view.lostTooMuch).toBe(false);
    await isServedBy('west', { pg: 5, redis: 6 });
    // Only what was ordered in the last seconds is lost, and nothing that the west has confirmed.
    const ofEast = datacenter.ledger().filter(({ site }) => site === 'east');
    expect(lost.filter(({ site }) => site === 'west')).toEqual([]);
    expect(lost.every(({ at }) => at > disaster - 60_000)).toBe(true);
    const safe = ofEast.filter(({ order }) => !lost.some((one) => one.order === order)).at(-1)!;
    process.stderr.write(
      `${ofEast.length} orders confirmed at the east, ${lost.length} lost: those of its last ${ofEast.at(-1)!.at - safe.at} ms\n`,
    );
  }, 240_000);

  it('has the east protect the west: backups, a standby that follows, a replica; customers do not notice', async () => {
    const file = await datacenter.runbook('reprotect');
    const said = ['--confirm', 'datacenter-reprotect', '--reason', 'the west stands alone'];
    const ended = await run('recover', file, '--from', 'west', '--to', 'east', ...as('ada'), ...said);
    expect({ code: ended.code, said: ended.code === 0 ? '' : ended.out + ended.err }).toEqual({
      code: 0,
      said: '',
    });
    expect(await (await fetch(`${front}/site`)).text()).toBe('west');
    // Everything that the west has confirmed by now reaches the east by itself.
    const newest = datacenter.ledger().at(-1)!;
    expect(newest.site).toBe('west');
    const standby = `postgresql://shop@127.0.0.1:${datacenter.ports}/shop`;
    const arrived = async () =>
      (await ask(standby, `select id from orders where id = ${newest.order}`)).length === 1;
    for (const end = Date.now() + 30_000; Date.now() < end && !(await arrived()); await sleep(200));
    expect(await arrived()).toBe(true);
    expect(await ask(standby, 'select pg_is_in_recovery() as it')).toEqual([{ it: true }]);
    expect(readdirSync(join(directory, 'backup', 'redis'))).toHaveLength(2);
    expect(readdirSync(join(directory, 'backup', 'restic', 'snapshots'))).toHaveLength(2);
  }, 240_000);

  it('goes back to the east, and loses nothing: the west was stopped in order', async () => {
    const before = lost.length;
    const view = await recover('west', 'east');
    expect(view.status).toBe('recovered');
    await isServedBy('east', { pg: 0, redis: 1 });
    expect(lost).toHaveLength(before);
    expect(new Set(datacenter.ledger().map(({ site }) => site))).toEqual(new Set(['east', 'west']));
  }, 240_000);

  it('deletes what was set aside when two people say so, and nothing that is in use', async () => {
    const { run: id } = JSON.parse((await run('status', 'datacenter', '--output', 'json')).out) as RunView;
    const listed = JSON.parse((await run('steps', '--set-aside', '--output', 'json')).out) as {
      setAside: { run: string; place: string; at: number; bytes: number }[];
    };
    const places = listed.setAside.filter((one) => one.run === id).map(({ place }) => place);
    const names = places.map((place) => basename(place).split('.')[0]);
    expect(new Set(names)).toEqual(new Set(['pg', 'redis', 'uploads']));
    const why = ['--reason', 'a week has gone by'];
    const begun = await run('cleanup', id, '--confirm', id, '--detach', ...as('ada'), ...why);
    expect({ code: begun.code, err: begun.code === 0 ? '' : begun.err }).toEqual({ code: 0, err: '' });
    await run('approve', 'decide', 'cleanup-datacenter', ...as('ada'), ...why);
    expect(places.every(existsSync)).toBe(true);
    await run('approve', 'decide', 'cleanup-datacenter', ...as('grace'), ...why);
    const watched = await run('watch', 'cleanup-datacenter');
    expect({ code: watched.code, out: watched.out }).toMatchObject({ code: 0 });
    expect(places.some(existsSync)).toBe(false);
    expect(await (await fetch(`${front}/site`)).text()).toBe('east');
  }, 120_000);

  it('leaves nothing when it is told to end', async () => {
    await datacenter.down();
    expect(existsSync(directory)).toBe(false);
    expect(datacenter.processes()).toEqual([]);
  }, 60_000);
});
