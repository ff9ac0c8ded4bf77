import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { run as sweep } from '../../actions/cleanup.sweep/run.ts';
import { description } from '../../actions/pgdump.restore/describe.ts';
import { instantOf } from '../../actions/pgdump.restore/wall-clock.ts';
import { list, run, settle } from '../../actions/pgdump.restore/run.ts';
import { databaseBeside, databasesOf } from '../../actions/postgres/marked-database.ts';
import { run as swap } from '../../actions/postgres.swap/run.ts';
import { withSession } from '../../actions/postgres/session.ts';
import { contextOf, temporaryDirectory, type TestContext } from './action-context.ts';
import { ask, binaries, type Cluster, createCluster } from './postgres-cluster.ts';

/** How compressed data begins in the custom format. */
const zlibStream = Buffer.from([0x78, 0x9c]);

const withPostgres = binaries ? describe : describe.skip;

describe('the time in the header of a dump', () => {
  it.each([
    ['2024-05-01 03:00:00', 'UTC', '2024-05-01T03:00:00.000Z'],
    ['2024-05-01 03:00:00', 'Europe/Berlin', '2024-05-01T01:00:00.000Z'],
    ['2024-12-01 03:00:00', 'America/New_York', '2024-12-01T08:00:00.000Z'],
    ['2024-10-27 02:30:00', 'Europe/Berlin', '2024-10-27T00:30:00.000Z'], // There were two of it.
    ['2024-03-31 02:30:00', 'Europe/Berlin', '2024-03-31T00:30:00.000Z'], // There was none.
  ])('%s in %s is %s', (wall, zone, moment) => {
    expect(new Date(instantOf(wall, zone)).toISOString()).toBe(moment);
  });
});

withPostgres('pgdump.restore', () => {
  const home = temporaryDirectory();
  const kept = join(home, 'dumps');
  let cluster: Cluster;
  let serverVersion: string;
  let directory: string;
  let backup: string;
  let context: TestContext;

  const dump = (name: string, ...more: string[]) =>
    execFileSync(`${binaries}/pg_dump`, ['--dbname', `${url('shop')}`, '--file', join(kept, name), ...more], {
      env: { ...process.env, TZ: 'Europe/Berlin' },
    });
  const url = (database: string, of = '') => cluster.connection.replace('/postgres', `/${database}`).replace('shop@', `shop${of}@`); // prettier-ignore
  const names = async () => [...(await withSession({ connection: cluster.connection }, contextOf(directory), databasesOf)).keys()]; // prettier-ignore
  const inputOf = (more: object = {}) =>
    description.input.parse({
      ...{ backup, connection: cluster.connection, database: 'shop', zone: 'Europe/Berlin', ...more },
    });
  const restore = (more: object = {}) => run(inputOf(more), context);
  const build = () => databaseBeside('shop', context).build;

  beforeAll(async () => {
    cluster = await createCluster(home);
    fs.mkdirSync(kept);
    for (const text of ['create role reader', 'create database shop', 'create database untouched'])
      await cluster.query(text);
    await ask(url('shop'), fs.readFileSync(join(dirname(new URL(import.meta.url).pathname), 'shop.sql'), 'utf8')); // prettier-ignore
    serverVersion = String((await cluster.query('show server_version'))[0]!['server_version']);
    dump('monday.dump', '-Fc');
    dump('plain.dump', '-Fc', '-Z0');
    await ask(url('shop'), `insert into orders (customer, at) values (1, '2024-05-02T00:00:00Z')`);
    await sleep(1_100); // A dump knows its time to the second.
    dump('tuesday', '-Fd');
  }, 60_000);

  afterAll(() => cluster?.stop());

  beforeEach(async () => {
    directory = temporaryDirectory();
    backup = join(directory, 'dumps');
    fs.cpSync(kept, backup, { recursive: true });
    context = contextOf(directory);
    if (!cluster) return;
    for (const name of await names())
      if (/_new_/.test(name)) await cluster.query(`drop database ${name} with (force)`);
  });

  async function expectNothingMade(): Promise<void> {
    expect((await names()).filter((name) => name.includes('_new_'))).toEqual([]);
    expect((await ask(url('shop'), 'select count(*) as n from orders'))[0]!['n']).toBe('101');
  }

  it('lists dumps of both formats, by the time in their header, in the zone of their host', async () => {
    fs.writeFileSync(join(backup, 'broken.dump'), 'no dump');
    fs.writeFileSync(join(backup, 'plain.json'), '{"time": "2024-05-01T03:00:00Z", "id": "weekly"}');
    const points = await list(inputOf(), context);
    const byId = [...points].sort((a, b) => a.time - b.time).map(({ id, kind, copy }) => [id, kind, copy]);
    expect(byId).toEqual([
      ['weekly', 'dump', join(backup, 'plain.dump')],
      [expect.stringMatching(/^monday@\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/), 'dump', join(backup, 'monday.dump')],
      [expect.stringMatching(/^tuesday@/), 'dump', join(backup, 'tuesday')],
    ]);
    expect(Math.abs(points.at(-1)!.time - Date.now())).toBeLessThan(3_600_000);
    expect(points.every(({ bytes }) => bytes! > 1_000)).toBe(true);
    expect(context.lines.join()).toContain('broken.dump failed');
  });

  it('restores the newest into a database beside, and leaves the one that serves', async () => {
    const { outputs, findings, found } = await restore({ newestRecord: 'select max(at) from orders' });
    expect(outputs).toMatchObject({ database: build(), tables: 6, newestRecord: '2024-05-02T00:00:00.000Z' });
    expect(findings).toMatchObject({ value: 6, tables: 6, rows: 211 });
    expect(found).toMatchObject({ point: expect.stringMatching(/^tuesday@/), newestRecord: Date.parse('2024-05-02') }); // prettier-ignore
    expect(await ask(url(build()), 'select count(*) as n from orders')).toEqual([{ n: '101' }]);
    const [facts] = await cluster.query(
      `select datcollate, datacl::text, (select setconfig[1] from pg_db_role_setting where setdatabase = d.oid) as setting from pg_database d where datname = '${build()}'`,
    );
    expect(facts).toMatchObject({ datacl: expect.stringContaining('reader=c/'), setting: 'work_mem=5MB' });
    expect(await ask(url('shop'), 'select count(*) as n from orders')).toEqual([{ n: '101' }]);
    expect(found!.made).toEqual([`database ${build()} at 127.0.0.1:${cluster.port}`]);
  });

  it.each([[{ jobs: 2 }], [{ jobs: 1, ownership: false }]])('restores the one that is pinned, with %p', async (more) => {
    const [monday] = (await list(inputOf(), context)).filter(({ id }) => id.startsWith('monday'));
    const { outputs } = await restore({ point: monday!.id, ...more });
    expect(outputs).toMatchObject({ point: monday!.id, recoveredUpTo: new Date(monday!.time).toISOString() });
    expect(await ask(url(build()), 'select count(*) as n from orders')).toEqual([{ n: '100' }]);
  }); // prettier-ignore

  it('refuses a time that is yet to come: the zone is wrong', async () => {
    await expect(restore({ zone: 'Etc/GMT+12' })).rejects.toThrow('is yet to come: its host is in another time zone');
    await expectNothingMade();
  }); // prettier-ignore

  it('refuses another dump that took the name of the pinned one', async () => {
    await expect(restore({ point: 'monday@2020-01-01T00:00:00' })).rejects.toThrow(/has no dump monday@2020/);
  });

  it('restores one table with all that belongs to it, and says what it leaves out', async () => {
    const { outputs } = await restore({ tables: ['public.orders', 'public.visits'] });
    expect(outputs['leftOut']).toBe('FK CONSTRAINT public.orders orders_customer_fkey');
    const rows = await ask(
      url(build()),
      `select relname, relkind::text from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r','p','i','S','v','m') order by 1`,
    );
    expect(rows.map(({ relname }) => relname)).toEqual([
      'orders',
      'orders_at',
      'orders_id_seq',
      'orders_pkey',
      'visits',
      'visits_2024',
    ]);
    expect(await ask(url(build()), `insert into orders (customer, m) values (7, 'good') returning id`)).toEqual([{ id: 102 }]); // prettier-ignore
    expect(await ask(url(build()), 'select count(*) as n from visits')).toEqual([{ n: '1' }]);
  });

  it('restores one schema, and refuses a view without its table', async () => {
    const { outputs } = await restore({ schemas: ['odd schema'] });
    expect(outputs).toMatchObject({ tables: 1, rows: 1, leftOut: expect.stringContaining('FK CONSTRAINT') });
    context = contextOf(directory, { name: 'system/1/recover/step#2' });
    await expect(restore({ tables: ['public.recent'] })).rejects.toThrow(
      'VIEW public.recent cannot come back without TABLE public.orders. Ask for that as well.',
    );
    await expect(restore({ tables: ['public.none'] })).rejects.toThrow('The dump has no public.none');
  });

  it('tells how much of the dump was read, as an estimate', async () => {
    await cluster.query('create database large');
    await ask(url('large'), `create table t as select generate_series(1, 1500000) as n, md5('x') as text`);
    execFileSync(`${binaries}/pg_dump`, ['-d', url('large'), '-Fc', '-Z0', '-f', join(backup, 'large.dump')]);
    await restore({ point: 'large' });
    const progress = context.reports.filter(({ estimate }) => estimate);
    expect(progress.length).toBeGreaterThan(0);
    expect(progress.at(-1)).toMatchObject({ unit: 'bytes', total: fs.statSync(join(backup, 'large.dump')).size });
    expect(context.reports.map(({ doing }) => doing)).toContain('processing data for table "public.t"');
  }); // prettier-ignore

  describe('with a damaged dump', () => {
    const change = (name: string, how: (bytes: Buffer) => Buffer) => {
      fs.writeFileSync(join(backup, name), how(fs.readFileSync(join(backup, name))));
    };
    const flip = (bytes: Buffer, at: number) => Buffer.from(bytes.map((byte, index) => (index === at ? byte ^ 16 : byte))); // prettier-ignore

    it.each([
      ['cut off in its middle', (bytes: Buffer) => bytes.subarray(0, bytes.length / 2)],
      ['cut off at its end', (bytes: Buffer) => bytes.subarray(0, bytes.length - 40)],
      ['with a bit flipped in its data', (bytes: Buffer) => flip(bytes, bytes.lastIndexOf(zlibStream) + 20)],
      ['that is none', () => Buffer.from('hello')],
    ])('refuses one %s, and leaves nothing', async (_, how) => {
      change('monday.dump', how);
      await expect(restore({ point: 'monday' })).rejects.toThrow('The dump is damaged, or no dump of this format');
      await expectNothingMade();
    }); // prettier-ignore

    it('refuses a directory that lacks a file, or has a damaged one', async () => {
      const [data = ''] = fs
        .readdirSync(join(backup, 'tuesday'))
        .filter((name) => /^\d+\.dat\.gz$/.test(name))
        .sort((a, b) => fs.statSync(join(backup, 'tuesday', b)).size - fs.statSync(join(backup, 'tuesday', a)).size); // prettier-ignore
      change(join('tuesday', data), (bytes) => flip(bytes, Math.floor(bytes.length / 2)));
      await expect(restore()).rejects.toThrow('The dump is damaged');
      await expectNothingMade();
      fs.rmSync(join(backup, 'tuesday', data));
      await expect(restore()).rejects.toThrow('The dump is damaged');
      await expectNothingMade();
    });

    it('sees by its checksum what pg_restore does not see: a bit in data that is not compressed', async () => {
      fs.writeFileSync(join(backup, 'plain.sha256'), execFileSync('sha256sum', ['plain.dump'], { cwd: backup }));
      await restore({ point: 'plain' });
      change('plain.dump', (bytes) => flip(bytes, bytes.indexOf('customer 42') + 4));
      context = contextOf(directory, { name: 'system/1/recover/step#2' });
      await expect(restore({ point: 'plain' })).rejects.toThrow('plain.sha256 says: it was altered, or cut off');
      await expect(list(inputOf(), context)).resolves.toHaveLength(3);
    }); // prettier-ignore
  });

  it('refuses a wrong password in words that do not show it', async () => {
    const hba = join(cluster.dataDirectory, 'pg_hba.conf');
    const before = fs.readFileSync(hba, 'utf8');
    await cluster.query(`create role clerk login superuser password 'right horse'`);
    fs.writeFileSync(hba, `host all clerk 127.0.0.1/32 scram-sha-256\n${before}`);
    await cluster.query('select pg_reload_conf()');
    const secret = join(directory, 'connection');
    const write = (password: string) => fs.writeFileSync(secret, `postgresql://clerk:${password}@127.0.0.1:${cluster.port}`); // prettier-ignore
    try {
      write('wrong%20horse');
      const refused = restore({ connection: `file:${secret}` });
      await expect(refused).rejects.toThrow(/password authentication failed for user "clerk"/);
      await expect(refused).rejects.not.toThrow(/wrong horse/);
      await expectNothingMade();
      write('right%20horse');
      const { outputs } = await restore({ connection: `file:${secret}` });
      expect(JSON.stringify([outputs, context.lines, context.reports])).not.toContain('right');
    } finally {
      fs.writeFileSync(hba, before);
      await cluster.query('select pg_reload_conf()');
    }
  });

  it('says which roles and extensions are missing before it makes anything', async () => {
    await cluster.query('alter role reader rename to gone');
    try {
      await expect(restore()).rejects.toThrow(/has no role reader, which the dump needs. Nothing was made/);
      await expectNothingMade();
      await restore({ ownership: false });
    } finally {
      await cluster.query('alter role gone rename to reader');
    }
  });

  describe('looks at the server first, and refuses', () => {
    const patched = (from: string, to: string) => {
      const bytes = fs.readFileSync(join(backup, 'plain.dump'));
      for (let at = bytes.indexOf(from); at >= 0; at = bytes.indexOf(from, at + 1)) bytes.write(to, at, 'latin1');
      fs.writeFileSync(join(backup, 'plain.dump'), bytes);
    };

    it.each([
      ['a dump of a newer server', () => patched(serverVersion, serverVersion.replace(/^\d+/, '99')), /is of PostgreSQL 99, and the server at .* is \d+/],
      ['an extension that is not there', () => patched('hstore', 'hstorf'), /has no extension hstorf, which the dump needs/],
      ['a format that pg_restore does not know', () => patched('PGDMP\x01', 'PGDMP\x01\x63'), /too old for the dump: install the client programs/],
      ['more than there is room for', () => fs.writeFileSync(join(backup, 'plain.json'), '{"time":"2024-05-01T03:00:00Z","bytes":900000000000000}'), /free, the restore needs/],
    ] as const)('%s', async (_, make, words) => {
      make();
      await expect(restore({ point: 'plain' })).rejects.toThrow(words);
      await expectNothingMade();
    });
  }); // prettier-ignore

  it('ends what works in the new database when it is stopped, and removes it', async () => {
    const stop = new AbortController();
    context = contextOf(directory, { signal: stop.signal });
    const restoring = restore();
    while (!(await names()).includes(build())) await sleep(5);
    stop.abort(new Error('stopped by people'));
    await expect(restoring).rejects.toThrow('stopped by people');
    await expectNothingMade();
    expect(await settle(inputOf(), { ...context, signal: new AbortController().signal })).toBe('not-done');
  });

  it('is known to be done, or not; the next try removes what the one before has left', async () => {
    expect(await settle(inputOf(), context)).toBe('not-done');
    const result = await restore();
    expect(await settle(inputOf(), context)).toEqual(result);
    const first = build();
    const other = contextOf(directory, { name: 'system/1/recover/other#1' });
    await run(inputOf({ tables: ['public.customers'] }), other);
    context = contextOf(directory, { name: 'system/1/recover/step#2' });
    await restore();
    expect(await names()).not.toContain(first);
    expect(await names()).toContain(databaseBeside('shop', other).build);
  });

  it('is dropped by the sweep of its run, under whatever name it goes; what others made is left', async () => {
    const { outputs } = await restore();
    await cluster.query('create database live');
    const swapping = contextOf(directory, { name: 'system/1/recover/swap#1' });
    await swap(
      { connection: cluster.connection, database: 'live', restored: String(outputs['database']) },
      swapping,
    );
    const { aside } = databaseBeside('live', swapping);
    const { findings, found } = await sweep({}, contextOf(directory, { name: 'run/1/cleanup/sweep#1' }));
    expect(findings).toMatchObject({ removed: 1 });
    expect(found!.made).toEqual([`database ${aside} at 127.0.0.1:${cluster.port}: it bears no marker`]);
    expect(await names()).toEqual(expect.not.arrayContaining(['live', build()]));
    expect(await names()).toContain(aside);
    await cluster.query(`drop database ${aside}`);
    const again = await sweep({}, contextOf(directory, { name: 'run/1/cleanup/sweep#2' }));
    expect(again.found!.made).toEqual([]);
  });
});
