import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { besideOf } from '../../actions/destination.ts';
import { description } from '../../actions/mariadb.restore/describe.ts';
import { list, run, settle } from '../../actions/mariadb.restore/run.ts';
import { description as stopping } from '../../actions/mariadb.stop/describe.ts';
import { run as stop } from '../../actions/mariadb.stop/run.ts';
import { bears, runningProcesses } from '../../actions/processes.ts';
import { contextOf, temporaryDirectory, type TestContext } from './action-context.ts';
import { killTry } from './killed-try.ts';
import { OriginalServer, sql } from './mariadb-server.ts';
import { freePort } from './postgres-cluster.ts';

const installed = ['/usr/sbin/mariadbd', '/usr/bin/mariabackup'].every((program) => fs.existsSync(program));
const withMariadb = installed || process.env['CI'] ? describe : describe.skip;

const kept = temporaryDirectory();
let original: OriginalServer | undefined;
/** A second between the order `before` and the order `after`. */
let between: string;

async function nextSecond(): Promise<number> {
  await sleep(1_100 - (Date.now() % 1_000));
  return Math.floor(Date.now() / 1_000) * 1_000;
}

/** A full backup with 2 orders, increments with 501 more each, and three orders that are in binary logs alone. */
beforeAll(async () => {
  if (!installed) return;
  original = new OriginalServer(kept);
  const { socket } = original;
  await original.start();
  sql(socket, `create database shop; use shop; create table old (id int) engine=myisam; insert into old values (1);
    create table orders (id int primary key auto_increment, placed timestamp(6) default now(6), note varchar(300));
    insert into orders (note) values ('a'), ('b');
    create database wiki; create table wiki.pages (id int primary key, text text); insert into wiki.pages values (1, 'page');`); // prettier-ignore
  await original.end('SIGTERM');
  await original.start();
  original.backup('monday');
  for (const [id, on] of [
    ['monday.inc1', 'monday'],
    ['monday.inc2', 'monday.inc1'],
  ] as const) {
    // prettier-ignore
    sql(socket, `use shop; insert into orders (note) select repeat('${id}', 20) from seq_1_to_500`);
    await original.end('SIGTERM');
    await original.start();
    sql(socket, `insert into shop.orders (note) values ('after the restart')`);
    original.backup(id, on);
  }
  await nextSecond();
  sql(socket, `insert into shop.orders (note) values ('before')`);
  between = new Date(await nextSecond()).toISOString();
  await nextSecond();
  sql(
    socket,
    `create user bob@localhost identified by 'x'; insert into shop.orders (note) values ('after'); flush binary logs`,
  );
  sql(
    socket,
    `insert into shop.orders (note) values ('last'); flush binary logs; insert into shop.orders (note) values ('very last')`,
  );
  await original.end('SIGKILL');
}, 120_000);

afterAll(() => original?.end('SIGKILL'));

let directory: string;
let repository: string;
let dataDirectory: string;
let port: number;
let context: TestContext;

beforeEach(async () => {
  directory = temporaryDirectory();
  repository = join(directory, 'repository');
  fs.mkdirSync(repository);
  if (installed)
    for (const part of ['base', 'binlog']) execFileSync('cp', ['-a', join(kept, part), repository]);
  dataDirectory = join(directory, 'site', 'mariadb');
  fs.mkdirSync(dataDirectory, { recursive: true });
  fs.writeFileSync(join(dataDirectory, 'ibdata1'), 'old');
  port = await freePort();
  context = ours();
});

afterEach(async () => {
  if (installed) await end();
});

/** A run of this file alone: what sweeps up after another one must not meet it. */
const ours = (more: object = {}) => contextOf(directory, { run: `mariadb-${process.pid}`, ...more });
const inputOf = (more: object = {}) => description.input.parse({ repository, dataDirectory, port, ...more });
const restore = (more: object = {}, as = context) => run(inputOf(more), as);
const end = (more: object = {}) => stop(stopping.input.parse({ dataDirectory, port, ...more }), ours());
const orders = (where = 'true') =>
  Number(sql(join(dataDirectory, 'mariadb.sock'), `select count(*) from shop.orders where ${where}`));

const inBackup = (...path: string[]) => join(repository, 'base', ...path);
const damage = (file: string, change: (bytes: Buffer) => Buffer) =>
  fs.writeFileSync(file, change(fs.readFileSync(file)));
const flipped = (at: number) => (bytes: Buffer) =>
  Buffer.from(bytes.map((byte, index) => (index === at ? byte ^ 1 : byte)));
const half = (bytes: Buffer) => bytes.subarray(0, bytes.length / 2);
const binlogs = () => fs.readdirSync(join(repository, 'binlog')).filter((name) => /\d$/.test(name)).sort((a, b) => a.localeCompare(b)); // prettier-ignore
const binlog = (fromEnd: number) => join(repository, 'binlog', binlogs().at(-fromEnd) ?? '');

function expectUntouched(): void {
  expect(fs.readFileSync(join(dataDirectory, 'ibdata1'), 'utf8')).toBe('old');
  expect(fs.readdirSync(join(directory, 'site'))).toEqual(['mariadb']);
}

withMariadb('mariadb.restore', () => {
  it('lists the backups with what they reach to, and says which chain has a hole', async () => {
    const points = await list(inputOf(), context);
    const ids = points.map(({ id, kind }) => `${id} ${kind}`).sort((a, b) => a.localeCompare(b));
    expect(ids).toEqual(['monday full', 'monday.inc1 incremental', 'monday.inc2 incremental']);
    expect(points.every(({ time, until = 0, bytes = 0 }) => until > time && bytes > 1_000_000)).toBe(true);
    fs.rmSync(inBackup('monday.inc1'), { recursive: true });
    expect((await list(inputOf(), context)).map(({ id }) => id)).toEqual(['monday']);
    expect(context.lines.join()).toContain('The chain of monday.inc2 has a hole');
  });

  it('restores the newest with all that is in binary logs, and starts it', async () => {
    const { outputs, findings, found } = await restore();
    expect(orders()).toBe(2 + 2 * 501 + 4);
    expect(sql(join(dataDirectory, 'mariadb.sock'), `select user from mysql.user where user = 'bob'`)).toBe(
      'bob',
    );
    expect(outputs).toMatchObject({ point: 'monday.inc2', stoppedAt: 'end of binary logs', port });
    expect(outputs['connection']).toBe(`mariadb://127.0.0.1:${port}`);
    expect(findings['tables']).toBeGreaterThan(20);
    expect(found?.recoveredUpTo).toBeGreaterThan(Date.parse(between));
    expect(found?.newestRecord).toBeLessThanOrEqual(found?.recoveredUpTo ?? 0);
    expect(fs.readFileSync(join(String(outputs['aside']), 'ibdata1'), 'utf8')).toBe('old');
    expect(context.reports).toContainEqual(expect.objectContaining({ unit: 'bytes', doing: 'copying' }));
    expect(await settle(inputOf(), context)).toMatchObject({ outputs: { pid: outputs['pid'] } });
    await end();
    expect(await settle(inputOf(), context)).toBe('partial');
  });

  it('restores to a time: what was committed in that second or later is not there', async () => {
    const { outputs } = await restore({
      recoverTo: between,
      newestRecord: 'select max(placed) from shop.orders',
    });
    expect(orders(`note = 'before'`)).toBe(1);
    expect(orders(`note = 'after'`)).toBe(0);
    expect(outputs).toMatchObject({ recoveredUpTo: between, stoppedAt: 'target' });
    expect(Date.parse(String(outputs['newestRecord']))).toBeLessThan(Date.parse(between));
  });

  it('restores the backup that is pinned, without binary logs where there are none', async () => {
    fs.rmSync(join(repository, 'binlog'), { recursive: true });
    const { outputs, found } = await restore({ backup: 'monday' });
    expect(orders()).toBe(2);
    expect(outputs).toMatchObject({ point: 'monday', stoppedAt: 'backup', newestRecord: null });
    expect(found?.recoveredUpTo).toBeLessThan(Date.parse(between));
  });

  it('replays on a full backup what its increments have, too', async () => {
    await restore({ backup: 'monday' });
    expect(orders()).toBe(2 + 2 * 501 + 4);
  });

  it('keeps only the databases and tables that are wanted', async () => {
    await expect(restore({ only: ['blog'] })).rejects.toThrow('The backup has no blog. There is: shop, wiki');
    expectUntouched();
    await restore({ only: ['shop.orders'] });
    expect(orders()).toBe(2 + 2 * 501 + 4);
    const socket = join(dataDirectory, 'mariadb.sock');
    expect(sql(socket, 'show tables from shop')).toBe('orders');
    expect(sql(socket, 'show databases')).not.toContain('wiki');
  });

  it.each([
    ['a page is altered', () => damage(inBackup('monday', 'wiki', 'pages.ibd'), flipped(3 * 16_384 + 9_000)), 'pages.ibd is not what was written'],
    ['a table is cut off', () => damage(inBackup('monday', 'mysql', 'innodb_table_stats.ibd'), half), 'innodb_table_stats.ibd'],
    ['the system tablespace is cut off', () => damage(inBackup('monday', 'ibdata1'), half), 'Preparing monday'],
    ['the redo log is gone', () => fs.rmSync(inBackup('monday', 'ib_logfile0')), 'Preparing monday'],
    ['a table is gone', () => fs.rmSync(inBackup('monday', 'wiki', 'pages.ibd')), 'wiki/pages.ibd'],
    ['a table of a full backup is gone', () => fs.rmSync(inBackup('monday', 'shop', 'orders.ibd')), 'Tablespace is missing', 'monday'],
    ['the definition of a table is cut off', () => damage(inBackup('monday.inc2', 'shop', 'orders.frm'), half), 'orders.frm'],
    ['an increment is altered', () => damage(inBackup('monday.inc2', 'shop', 'orders.ibd.delta'), flipped(16_384 + 9_000)), 'orders.ibd'],
    ['what it says of itself is gone', () => fs.rmSync(inBackup('monday.inc2', 'xtrabackup_checkpoints')), 'xtrabackup_checkpoints cannot be read'],
    ['an increment is missing', () => fs.rmSync(inBackup('monday.inc1'), { recursive: true }), 'has a hole: monday.inc2 begins at LSN'],
    ['it is of another version', () => damage(inBackup('monday.inc2', 'xtrabackup_info'), (bytes) => Buffer.from(bytes.toString().replace(/server_version = 10\.11/, 'server_version = 10.6'))), 'is of MariaDB 10.6, and mariabackup on this host is of 10.11'],
  ])('refuses a backup where %s, and leaves the old directory', async (_, spoil, why, backup = 'monday.inc2') => {
    spoil();
    await expect(restore({ backup })).rejects.toThrow(why);
    expectUntouched();
  }); // prettier-ignore

  it('compares every file with a manifest where there is one', async () => {
    const manifest = execFileSync('sh', ['-c', 'find . -type f -exec sha256sum {} +'], {
      cwd: inBackup('monday'),
    });
    fs.writeFileSync(inBackup('monday.sha256'), manifest);
    damage(inBackup('monday', 'shop', 'old.MYD'), flipped(2));
    await expect(restore({ backup: 'monday' })).rejects.toThrow('shop/old.MYD (not as backed up)');
    expectUntouched();
  });

  it.each([
    ['missing in the middle', () => fs.rmSync(binlog(3)), 'is missing'],
    ['altered', () => damage(binlog(2), flipped(400)), 'crc check failed'],
    ['cut off in the middle', () => damage(binlog(2), (bytes) => bytes.subarray(0, -70)), 'is cut off'],
    ['copied while it was written', () => damage(binlog(3), (bytes) => bytes.subarray(0, transactionEnds(binlog(3))[0])), 'begins after transaction'],
    ['something else', () => fs.writeFileSync(binlog(1), '<html>404</html>'), 'not a binary log file'],
  ])('refuses binary logs of which one is %s, unless the target lies before', async (_, spoil, why) => {
    spoil();
    await expect(restore()).rejects.toThrow(why);
    expectUntouched();
  }); // prettier-ignore

  it('recovers to a target before a hole, and to where an interrupted copy ends', async () => {
    fs.rmSync(binlog(2));
    await restore({ recoverTo: between });
    expect(orders(`note = 'before'`)).toBe(1);
    await end();
    execFileSync('cp', ['-a', join(kept, 'binlog'), repository]);
    damage(binlog(1), (bytes) => bytes.subarray(0, (transactionEnds(binlog(1)).at(-1) ?? 0) - 5));
    await restore({}, ours({ name: 'maria/1/recover/restore#2' }));
    expect(orders(`note = 'last'`)).toBe(1);
    expect(orders(`note = 'very last'`)).toBe(0);
  });

  it('refuses a time before every backup, a directory in use, and a port that is taken', async () => {
    await expect(restore({ recoverTo: '2020-01-01T00:00:00Z' })).rejects.toThrow('A backup reaches forward');
    expectUntouched();
    await restore({ backup: 'monday' });
    const other = ours({ name: 'maria/1/recover/restore#2' });
    await expect(restore({}, other)).rejects.toThrow('A server works in');
    const elsewhere = { dataDirectory: join(directory, 'site', 'other') };
    await expect(restore(elsewhere, other)).rejects.toThrow(`Something answers at 127.0.0.1:${port}`);
  });

  it.each(['copying', 'preparing monday.inc1', 'replaying binary logs', 'checking tables'])(
    'leaves the old directory and nothing else when it is stopped while %s',
    async (moment) => {
      const stopper = new AbortController();
      const stopped = ours({ signal: stopper.signal });
      const progress = ({ doing }: { doing?: string }) => doing === moment && stopper.abort();
      await expect(restore({}, { ...stopped, progress } as TestContext)).rejects.toThrow(/abort/i);
      expect(stopper.signal.aborted).toBe(true);
      expectUntouched();
      expect(await settle(inputOf(), stopped)).toBe('not-done');
    },
  );
});

withMariadb('a try of mariadb.restore that was killed', () => {
  it.each([
    ['while it prepared an increment', (build: string) => join(build, '.muster-increment')],
    ['while its private server ran', () => join(context.workDirectory, 'recovery.log')],
  ])('has changed nothing %s, and is cleared away by the next try', async (_, seen) => {
    const { build } = besideOf(dataDirectory, context);
    const input = { repository, dataDirectory, port };
    await killTry({
      action: 'mariadb.restore',
      with: input,
      context,
      when: () => fs.existsSync(seen(build)),
    });
    expect(fs.readFileSync(join(dataDirectory, 'ibdata1'), 'utf8')).toBe('old');
    expect(fs.existsSync(build)).toBe(true);
    expect(await settle(inputOf(), context)).toBe('not-done');
    const running = () => runningProcesses().filter(({ pid }) => bears(pid, `MUSTER_RUN=${context.run}`));
    while (running().length > 0) await sleep(50); // All of it ends with the process of the try.
    await restore({}, ours({ name: 'maria/1/recover/restore#2' }));
    expect(orders()).toBe(2 + 2 * 501 + 4);
    expect(fs.readdirSync(join(directory, 'site')).filter((name) => name.includes('.new-'))).toEqual([]);
  });
});

withMariadb('mariadb.stop', () => {
  it('stops the server of a directory that was renamed meanwhile, and says when it was stopped before', async () => {
    await restore({ backup: 'monday' });
    const moved = join(directory, 'site', 'moved');
    fs.renameSync(dataDirectory, moved);
    expect((await end({ dataDirectory: moved })).found).toEqual({ alreadyStopped: false });
    expect((await end({ dataDirectory: moved })).found).toEqual({ alreadyStopped: true });
  });

  it('kills a server that does not end in its grace', async () => {
    const { outputs } = await restore({ backup: 'monday' });
    process.kill(Number(outputs['pid']), 'SIGSTOP');
    expect((await end({ grace: '1s' })).outputs).toEqual({ stopped: true, alreadyStopped: false });
  });

  it('leaves the server of another directory alone, and does not take it for silence', async () => {
    await restore({ backup: 'monday' });
    await expect(end({ dataDirectory: join(directory, 'site', 'other') })).rejects.toThrow('still accepts');
    expect(orders()).toBeGreaterThan(0);
  });
});

/** Where the transactions of a log end. */
function transactionEnds(file: string): number[] {
  const argv = ['--no-defaults', '--base64-output=decode-rows', file];
  const text = execFileSync('mariadb-binlog', argv, { encoding: 'utf8' });
  return [...text.matchAll(/end_log_pos (\d+) [^\n]*\t(?:Xid|Query)/g)].map(([, end]) => Number(end));
}
