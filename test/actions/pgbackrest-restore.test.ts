import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { ActionResult } from '../../actions/action.ts';
import { besideOf } from '../../actions/destination.ts';
import { readMarker } from '../../actions/marker.ts';
import { begin } from '../../actions/pgbackrest.restore/begun-build.ts';
import { description } from '../../actions/pgbackrest.restore/describe.ts';
import { list, run, settle } from '../../actions/pgbackrest.restore/run.ts';
import { accountFor } from '../../actions/servers/account.ts';
import { description as stopping } from '../../actions/postgres.stop/describe.ts';
import { run as runStop } from '../../actions/postgres.stop/run.ts';
import { contextOf, temporaryDirectory, type TestContext } from './action-context.ts';
import { ask, binaries, type Cluster, createCluster, freePort } from './postgres-cluster.ts';

const version = spawned('pgbackrest', 'version');
const withTools = binaries && version !== undefined ? describe : describe.skip;
if (process.env['CI'] === 'true' && version === undefined) throw new Error('pgbackrest is missing');

function spawned(...argv: string[]): string | undefined {
  try {
    const [program = '', ...rest] = argv;
    return execFileSync(program, rest, { encoding: 'utf8' });
  } catch {
    return undefined;
  }
}

const stanza = 'orders';
const root = temporaryDirectory();
const config = join(root, 'pgbackrest.conf');
const passphrase = join(root, 'passphrase');
const ending = contextOf(root);
const moments: number[] = [];
let primary: Cluster;

/** pgBackRest as an administrator runs it at the primary. */
async function pgbackrest(...options: string[]): Promise<string> {
  const { as } = await accountFor(root);
  const [program = '', ...rest] = [
    ...as,
    'pgbackrest',
    `--config=${config}`,
    `--stanza=${stanza}`,
    ...options,
  ];
  const env = { ...process.env, PGBACKREST_REPO1_CIPHER_PASS: fs.readFileSync(passphrase, 'utf8') };
  return execFileSync(program, rest, { cwd: '/', env, encoding: 'utf8' });
}

async function tenOrders(from: number): Promise<void> {
  await primary.query(`insert into orders select generate_series(${from}, ${from + 9})`);
  const [row = {}] = await primary.query('select max(at) as at from orders');
  moments.push((row['at'] as Date).getTime());
  const [segment] = await primary.query('select pg_walfile_name(pg_switch_wal()) as name');
  for (;;) {
    const [archiver = {}] = await primary.query('select last_archived_wal as name from pg_stat_archiver');
    if (String(archiver['name']) >= String(segment?.['name'])) break;
    await sleep(50);
  }
  await sleep(30);
}

/** Ten orders in the full backup, ten more in the incremental one, ten more in archived WAL only. */
beforeAll(async () => {
  if (!binaries || version === undefined) return;
  const { uid, gid } = await accountFor(root);
  fs.writeFileSync(passphrase, 'correct horse', { mode: 0o600 });
  for (const name of ['repo', 'lock', 'spool']) fs.mkdirSync(join(root, name));
  for (const name of ['repo', 'lock', 'spool', 'passphrase']) fs.chownSync(join(root, name), uid, gid);
  primary = await createCluster(root);
  fs.writeFileSync(
    config,
    `[global]
repo1-path=${join(root, 'repo')}
repo1-cipher-type=aes-256-cbc
start-fast=y
repo1-retention-full=9
job-retry=0
lock-path=${join(root, 'lock')}
spool-path=${join(root, 'spool')}
log-level-file=off
log-level-console=off

[${stanza}]
pg1-path=${primary.dataDirectory}
pg1-port=${primary.port}
pg1-host-user=shop
pg1-user=shop
pg1-socket-path=127.0.0.1
`,
  );
  const archivePush = join(root, 'pgbackrest-push');
  fs.writeFileSync(
    archivePush,
    `#!/bin/sh
PGBACKREST_REPO1_CIPHER_PASS=$(cat ${passphrase}) exec pgbackrest --config=${config} --stanza=${stanza} archive-push "$1"
`,
    { mode: 0o755 },
  );
  await primary.query(`alter system set archive_command = '${archivePush} "%p"'`);
  await primary.query(`alter system set unix_socket_directories = '${root}'`);
  fs.writeFileSync(config, fs.readFileSync(config, 'utf8').replace('=127.0.0.1', `=${root}`));
  fs.chownSync(root, uid, gid);
  await primary.stop();
  await primary.start();
  await pgbackrest('stanza-create');
  for (const name of ['kept', 'other']) await primary.query(`create database ${name}`);
  await tenOrders(1);
  await pgbackrest('--type=full', 'backup');
  await tenOrders(11);
  await pgbackrest('--type=incr', 'backup');
  await tenOrders(21);
  await primary.stop();
}, 90_000);

let directory: string;
let repository: string;
let ownConfig: string;
let dataDirectory: string;
let context: TestContext;
let port: number;

beforeEach(async () => {
  if (!binaries || version === undefined) return;
  directory = temporaryDirectory();
  repository = join(directory, 'repo');
  execFileSync('cp', ['-a', join(root, 'repo'), repository]);
  ownConfig = join(directory, 'pgbackrest.conf');
  fs.writeFileSync(ownConfig, fs.readFileSync(config, 'utf8').replace(join(root, 'repo'), repository));
  dataDirectory = join(directory, 'standby', 'pg');
  context = contextOf(directory);
  port = await freePort();
});

afterEach(async () => {
  if (!binaries || version === undefined) return;
  await runStop(stopping.input.parse({ dataDirectory }), contextOf(directory));
});

afterAll(async () => {
  if (!binaries || version === undefined) return;
  await runStop(stopping.input.parse({ dataDirectory: primary.dataDirectory }), ending);
});

const inputOf = (more: object = {}) =>
  description.input.parse({
    ...{ stanza, config: ownConfig, cipherPass: `file:${passphrase}`, dataDirectory, port, user: 'shop' },
    ...more,
  });
const restore = (more: object = {}, own = context) => run(inputOf(more), own);
const ids = async ({ outputs }: ActionResult) =>
  (await ask(String(outputs['connection']), 'select count(*), max(id) from orders'))[0];
const iso = (moment: number) => new Date(moment).toISOString();

/** Something that was there before, and must be there after a failure. */
function oldData(): void {
  fs.mkdirSync(dataDirectory, { recursive: true });
  fs.writeFileSync(join(dataDirectory, 'old'), 'precious');
}

/** Why it failed; nothing has come of it. */
async function failureOf(more: object): Promise<string> {
  oldData();
  const failure = await restore(more).then(
    () => 'it did not fail',
    (error: Error) => error.message,
  );
  expect(fs.readFileSync(join(dataDirectory, 'old'), 'utf8')).toBe('precious');
  expect(fs.readdirSync(join(directory, 'standby'))).toEqual(['pg']);
  return failure;
}

const filesBelow = (path: string, like: RegExp): string[] =>
  (fs.readdirSync(path, { recursive: true }) as string[])
    .filter((name) => like.test(name))
    .map((name) => join(path, name));

withTools('pgbackrest.restore', () => {
  it('recovers to the end of the archive, with the figures of how far that is', async () => {
    oldData();
    const result = await restore({ newestRecord: 'select max(at) from orders', database: 'postgres' });
    expect(await ids(result)).toEqual({ count: '30', max: 30 });
    expect(result.outputs).toMatchObject({ stoppedAt: 'end of archive', timeline: 2 });
    expect(result.outputs['newestRecord']).toBe(iso(moments[2]!));
    expect(result.found?.recoveredUpTo).toBeGreaterThanOrEqual(moments[2]! - 1_000);
    expect(fs.readFileSync(join(String(result.outputs['aside']), 'old'), 'utf8')).toBe('precious');
    expect((await readMarker(dataDirectory))?.run).toBe(context.run);
    const reports = context.reports.filter(({ doing }) => doing === 'restoring');
    expect(reports.length).toBeGreaterThan(10);
    expect(reports.every(({ estimate }) => estimate)).toBe(true);
    expect(context.lines.join('\n')).not.toContain('correct horse');
  });

  it('lists its backups, and takes the one that is pinned to a moment', async () => {
    const points = await list(inputOf(), context);
    expect(points.map(({ kind }) => kind)).toEqual(['full', 'incr']);
    expect(points.every(({ time, until = time }) => until >= Math.floor(moments[2]! / 1_000) * 1_000)).toBe(
      true,
    );
    const between = iso(moments[1]! + 20); // The commit comes a little after the time in its rows.
    const result = await restore({ set: points[0]!.id, recoverTo: between });
    expect(result.found?.point).toBe(points[0]!.id);
    expect(await ids(result)).toEqual({ count: '20', max: 20 });
    expect(result.outputs).toMatchObject({ stoppedAt: 'target', recoveredUpTo: between });
    expect(await settle(inputOf(), context)).toMatchObject({ outputs: { point: points[0]!.id } });
  });

  it('restores one database of several; of the others only the name is left, to be dropped', async () => {
    const result = await restore({ databases: ['kept'] });
    expect(await ids(result)).toEqual({ count: '30', max: 30 });
    const connection = String(result.outputs['connection']);
    const at = (name: string) => ask(connection.replace(/\/postgres$/, `/${name}`), 'select 1 as one');
    expect(await at('kept')).toEqual([{ one: 1 }]);
    await expect(at('other')).rejects.toThrow('contains invalid data');
    await ask(connection, 'drop database other');
  });

  it('archives from its place only, never while it is built', async () => {
    const seen = join(directory, 'seen');
    fs.mkdirSync(seen, { mode: 0o777 });
    fs.chmodSync(seen, 0o777);
    const settings = { archive_mode: 'on', archive_command: `pwd >> ${seen}/where; cp %p ${seen}/%f` };
    await restore({ settings });
    for (let looks = 0; looks < 100 && !fs.existsSync(join(seen, '00000002.history')); looks += 1)
      await sleep(100);
    expect(new Set(fs.readFileSync(join(seen, 'where'), 'utf8').trim().split('\n'))).toEqual(
      new Set([dataDirectory]),
    );
    expect(fs.existsSync(join(seen, '00000002.history'))).toBe(true);
  });

  it('goes on with what a killed try of the run has begun, and deletes nothing of others', async () => {
    const killed = contextOf(directory, { name: 'system/1/recover/step#0' });
    fs.mkdirSync(join(directory, 'standby'));
    const account = await accountFor(dataDirectory);
    const begun = await begin(besideOf(dataDirectory, killed), account, killed);
    expect(begun.goesOn).toBe(false);
    const half = [`--pg1-path=${begun.data}`, `--repo1-path=${repository}`, '--type=none', 'restore'];
    await pgbackrest(...half);
    fs.rmSync(join(begun.data, 'base'), { recursive: true });
    const stranger = `${dataDirectory}.new-of-somebody`;
    fs.mkdirSync(stranger);
    expect(await ids(await restore())).toEqual({ count: '30', max: 30 });
    expect(fs.readdirSync(join(directory, 'standby')).toSorted()).toEqual(['pg', 'pg.new-of-somebody']);
  });

  it('leaves nothing where it is stopped half-way', async () => {
    oldData();
    const stop = new AbortController();
    const own = contextOf(directory, { signal: stop.signal });
    const progress = (report: { doing?: string }) => report.doing === 'restoring' && stop.abort();
    await expect(run(inputOf(), { ...own, progress })).rejects.toThrow('abort');
    expect(fs.readdirSync(join(directory, 'standby'))).toEqual(['pg']);
    expect(await settle(inputOf(), own)).toBe('not-done');
  });

  it('says what is wrong, and leaves the old data alone', async () => {
    expect(await failureOf({ cipherPass: 'wrong' })).toMatch(
      /cannot be read: \[FormatError\].*The passphrase may be wrong/,
    );
    expect(await failureOf({ set: '20200101-000000F' })).toMatch(
      /has no backup 20200101-000000F\. There is: \d{8}-\d{6}F/,
    );
    expect(await failureOf({ recoverTo: '2020-01-01T00:00Z' })).toMatch(
      /has no backup that was complete by 2020-01-01/,
    );
    expect(await failureOf({ databases: ['gone'] })).toMatch(
      /exited with 80 \(a database that is to be restored is not in the backup\)/,
    );
    expect(await failureOf({ stanza: 'other' })).toMatch(
      /The stanza other in repo1 cannot be read: missing stanza path/,
    );
  });

  it('refuses a backup of which a file is altered, cut off or missing', async () => {
    const [file = ''] = filesBelow(join(repository, 'backup'), /F\/pg_data\/base\/5\/1255\.gz$/);
    const whole = fs.readFileSync(file);
    const flipped = Buffer.from(whole);
    flipped[flipped.length >> 1]! ^= 1;
    fs.writeFileSync(file, flipped);
    expect(await failureOf({})).toMatch(/Restoring the backup .* failed: .*exited with/);
    fs.writeFileSync(file, whole.subarray(0, whole.length >> 1));
    expect(await failureOf({})).toMatch(/Restoring the backup .* failed/);
    fs.rmSync(file);
    expect(await failureOf({})).toMatch(
      /Restoring the backup .* failed: .*exited with 55 \(a file is missing\)/,
    );
  });

  it('refuses to recover over a hole in the archive, or a segment that is damaged', async () => {
    const names = filesBelow(join(repository, 'archive'), /[0-9A-F]{24}-[0-9a-f]{40}/).toSorted();
    const [last = '', before = ''] = names.toReversed();
    const whole = fs.readFileSync(before);
    fs.rmSync(before);
    expect(await failureOf({})).toMatch(/WAL segment [0-9A-F]{24} is missing/);
    fs.writeFileSync(before, whole.subarray(0, whole.length >> 1));
    expect(await failureOf({})).toMatch(/damaged|recovery failed/i);
    fs.writeFileSync(before, whole);
    const flipped = fs.readFileSync(last);
    flipped[flipped.length >> 1]! ^= 1;
    fs.writeFileSync(last, flipped);
    expect(await failureOf({})).toMatch(/damaged|recovery failed/i);
  });
});
