import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { description as stopping } from '../../actions/postgres.stop/describe.ts';
import { run as runStop } from '../../actions/postgres.stop/run.ts';
import { parseConnection } from '../../actions/sql/connection.ts';
import { description } from '../../actions/sql.check/describe.ts';
import { run } from '../../actions/sql.check/run.ts';
import { contextOf, temporaryDirectory } from './action-context.ts';
import { binaries, type Cluster, createCluster } from './postgres-cluster.ts';

describe('the connection of sql.check', () => {
  it.each([
    ['host=db port=6432 dbname=shop user=app', { host: 'db', port: 6432, database: 'shop', user: 'app' }],
    [
      `password='it\\'s \\\\ here' host = '/var/run/my sockets'`,
      { password: `it's \\ here`, host: '/var/run/my sockets' },
    ],
    [`dbname='' user=a\\ b`, { database: '', user: 'a b' }],
    ['host=db hostaddr=10.0.0.1 connect_timeout=3', { host: '10.0.0.1' }],
    ['postgresql://', {}],
    [
      'postgres://app:p%40ss@[::1]:6432/shop',
      { user: 'app', password: 'p@ss', host: '::1', port: 6432, database: 'shop' },
    ],
    ['postgresql:///shop?host=%2Fvar%2Frun&port=5433', { database: 'shop', host: '/var/run', port: 5433 }],
    ['host=db sslmode=disable', { host: 'db', ssl: false }],
    ['host=db sslmode=require', { host: 'db', ssl: { rejectUnauthorized: false } }],
    ['host=db sslmode=verify-full', { host: 'db', ssl: { servername: 'db' } }],
  ])('reads %s as libpq does', (text, config) => {
    expect(parseConnection(text)).toEqual(config);
  });

  it.each([
    ['just words', 'cannot be read at its character 1'],
    [`host='open`, 'cannot be read at its character 6'],
    ['host=a,b', 'more than one host'],
    ['host=db sslmode=magic', 'an sslmode that is not one'],
    ['host=db keepalives=1', 'keepalives'],
    ['postgresql://u:%zz@db/', 'not followed by two hex digits'],
    ['port=many', 'no single port number'],
  ])('refuses %s', (text, message) => {
    expect(() => parseConnection(text)).toThrow(message);
  });

  it('shows no password where it cannot be read', () => {
    expect(() => parseConnection(`password=hidden host='`)).toThrow(/^(?!.*hidden).*$/s);
  });
});

(binaries ? describe : describe.skip)('sql.check', () => {
  let cluster: Cluster;
  const directory = temporaryDirectory();
  const ask = (query: string, more: object = {}) =>
    run(description.input.parse({ connection: cluster.connection, query, ...more }), contextOf(directory));

  beforeAll(async () => {
    cluster = await createCluster(directory);
  }, 60_000);

  afterAll(async () => {
    const input = stopping.input.parse({ dataDirectory: cluster.dataDirectory });
    await runStop(input, contextOf(directory));
  });

  it.each([
    ['select 42', 42],
    ['select 42::bigint', 42],
    ['select 9007199254740993', '9007199254740993'],
    ['select 1.10::numeric', 1.1],
    ['select 0.12345678901234567890', '0.12345678901234567890'],
    [`select 'NaN'::numeric`, 'NaN'],
    ['select 0.1::float8 + 0.2::float8', 0.30000000000000004],
    [`select 'Infinity'::float8`, 'Infinity'],
    ['select true', true],
    [`select timestamptz '2024-05-01 03:04:05.678+05:30'`, '2024-04-30T21:34:05.678Z'],
    [`select timestamptz 'infinity'`, 'infinity'],
    [`select timestamp '2024-05-01 03:04'`, '2024-05-01 03:04:00'],
    [`select '{"a": 1}'::json`, '{"a": 1}'],
    ['select null', null],
    ['select 1 where false', null],
  ])('reads %s', async (query, value) => {
    expect((await ask(query)).findings['value']).toEqual(value);
  });

  it('counts rows and takes the first column of the first one', async () => {
    expect((await ask('select n, n * 2 from generate_series(7, 9) n')).findings).toEqual({
      value: 7,
      rows: 3,
    });
  });

  it('reads times in every DateStyle', async () => {
    await cluster.query(`alter role shop set datestyle = 'German'`);
    const { findings } = await ask(`select timestamptz '2024-05-01 00:00+00'`);
    await cluster.query('alter role shop reset datestyle');
    expect(findings['value']).toBe('2024-05-01T00:00:00.000Z');
  });

  it('changes nothing, whatever it is asked', async () => {
    await expect(ask('insert into orders values (1)')).rejects.toThrow('read-only transaction');
    await expect(ask('commit; insert into orders values (1)')).rejects.toThrow(
      'cannot insert multiple commands',
    );
    await expect(ask('delete from orders')).rejects.toThrow('read-only transaction');
    expect((await ask('select count(*) from orders')).findings['value']).toBe(0);
  });

  it('gives up after its timeout', async () => {
    await expect(ask('select pg_sleep(30)', { timeout: '200ms' })).rejects.toThrow('statement timeout');
  });

  it('says what the server says, or that there is none', async () => {
    await expect(ask('select no_such_column')).rejects.toThrow('column "no_such_column" does not exist');
    await expect(ask('select 1', { connection: 'host=127.0.0.1 port=1' })).rejects.toThrow('ECONNREFUSED');
  });

  it('takes its connection from a file, and does not show it', async () => {
    const file = join(directory, 'connection');
    writeFileSync(file, `${cluster.connection.replace('shop@', 'nobody-there:sesame@')}\n`);
    await expect(ask('select 1', { connection: `file:${file}` })).rejects.toThrow(
      /^(?!.*sesame).*nobody-there/s,
    );
  });

  it('ends when the step is stopped', async () => {
    const stop = new AbortController();
    const input = description.input.parse({
      connection: cluster.connection,
      query: 'select pg_sleep(30)',
      timeout: '1m',
    });
    const asking = run(input, contextOf(directory, { signal: stop.signal }));
    setTimeout(() => stop.abort(new Error('stopped')), 200);
    await expect(asking).rejects.toThrow('stopped');
  });
});
