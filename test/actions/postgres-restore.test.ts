import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { ActionResult } from '../../actions/action.ts';
import { besideOf } from '../../actions/destination.ts';
import { readMarker } from '../../actions/marker.ts';
import { description } from '../../actions/postgres.restore/describe.ts';
import { list, run, settle } from '../../actions/postgres.restore/run.ts';
import { description as stopping } from '../../actions/postgres.stop/describe.ts';
import { run as runStop } from '../../actions/postgres.stop/run.ts';
import { contextOf, temporaryDirectory, type TestContext } from './action-context.ts';
import { ask, binaries, type Cluster, createCluster, freePort } from './postgres-cluster.ts';

const withPostgres = binaries ? describe : describe.skip;

/** One cluster for all tests: ten orders in the base backup of monday, ten more in each of three archived segments. */
let primary: Cluster;
const ending = contextOf(temporaryDirectory()); // Made here: what is made after the tests is not removed.
const moments: number[] = [];

async function tenOrders(from: number): Promise<void> {
  await primary.query(`insert into orders select generate_series(${from}, ${from + 9})`);
  const [row = {}] = await primary.query('select max(at) as at from orders');
  moments.push((row['at'] as Date).getTime());
  await primary.archive();
  await sleep(30);
}

beforeAll(async () => {
  if (!binaries) return;
  primary = await createCluster(temporaryDirectory());
  await tenOrders(1);
  await primary.backUp('monday');
  await tenOrders(11);
  await tenOrders(21);
  await primary.backUp('tuesday', 'tar');
  await tenOrders(31);
  await primary.stop();
}, 60_000);

let directory: string;
let repository: string;
let dataDirectory: string;
let context: TestContext;
let port: number;

beforeEach(async () => {
  if (!binaries) return;
  directory = temporaryDirectory();
  repository = join(directory, `copy 'of' 100%`);
  copyOfRepository({ without: 'tuesday' });
  dataDirectory = join(directory, 'standby', 'pg');
  context = contextOf(directory);
  port = await freePort();
});

afterEach(async () => {
  if (!binaries) return;
  await runStop(stopping.input.parse({ dataDirectory }), contextOf(directory));
});

function copyOfRepository({ without = '' } = {}): void {
  fs.rmSync(repository, { recursive: true, force: true });
  execFileSync('cp', ['-a', primary.repository, repository]);
  if (without !== '') execFileSync('sh', ['-c', `rm -r "$0"/base/${without}*`, repository]);
}

const inputOf = (more: object) =>
  description.input.parse({ repository, dataDirectory, port, user: 'shop', ...more });
const restore = (more: object = {}, own = context) => run(inputOf(more), own);
const count = async ({ outputs }: ActionResult) =>
  Number((await ask(String(outputs['connection']), 'select count(*) from orders'))[0]?.['count']);

const segments = () => fs.readdirSync(join(repository, 'wal')).filter((name) => /^[0-9A-F]{24}$/.test(name));
const segment = (index: number) => join(repository, 'wal', String(segments().at(index)));
const iso = (moment: number) => new Date(moment).toISOString();

/** What stands at the destination before, so that it can be seen to be untouched. */
function putOldData(): void {
  fs.mkdirSync(dataDirectory, { recursive: true });
  fs.writeFileSync(join(dataDirectory, 'old'), 'old');
}

function expectUntouched(): void {
  expect(fs.readdirSync(dataDirectory)).toEqual(['old']);
  expect(fs.readdirSync(join(dataDirectory, '..'))).toEqual(['pg']);
}

withPostgres('postgres.restore', () => {
  it('lists the base backups, each with how far the archived WAL reaches', async () => {
    copyOfRepository();
    const points = await list(inputOf({}), context);
    expect(points.map(({ id, kind }) => `${kind} ${id}`).sort()).toEqual(['full monday', 'full tuesday']);
    for (const { time, until, copy } of points) {
      expect(until).toBeGreaterThan(time);
      expect(copy).toBe(repository);
    }
  });

  it('restores to the end of the archive and says how far that is', async () => {
    putOldData();
    const result = await restore({ newestRecord: 'select max(at) from orders' });
    expect(await count(result)).toBe(40);
    const archived = Math.floor(fs.statSync(segment(-1)).mtimeMs);
    expect(result.outputs).toMatchObject({
      connection: `postgresql://shop@127.0.0.1:${port}/postgres`,
      point: 'monday',
      stoppedAt: 'end of archive',
      timeline: 2,
      recoveredUpTo: iso(archived),
      archivedUpTo: iso(archived),
      newestRecord: iso(moments[3] ?? 0),
      aside: besideOf(dataDirectory, context).aside,
    });
    expect(result.found).toMatchObject({
      recoveredUpTo: archived,
      newestRecord: moments[3],
      point: 'monday',
    });
    expect(fs.readdirSync(String(result.outputs['aside']))).toEqual(['old']);
    expect((await readMarker(dataDirectory))?.try).toBe(context.try);
    expect(context.reports.map(({ doing }) => doing)).toEqual(
      expect.arrayContaining([
        'copying the base backup',
        'verifying',
        'replaying WAL',
        'starting the server',
      ]),
    );
  });

  it('restores to a time: what was committed by then is there, and nothing after it', async () => {
    const target = iso((moments[2] ?? 0) + 15);
    const result = await restore({ recoverTo: target });
    expect(await count(result)).toBe(30);
    expect(result.outputs).toMatchObject({ stoppedAt: 'target', recoveredUpTo: target });
    expect(result.found?.newestRecord).toBeLessThan(Date.parse(target));
  });

  it('restores to the end where the time lies after the last commit, and says so', async () => {
    const result = await restore({ recoverTo: '2199-01-01 00:00:00+02' });
    expect(await count(result)).toBe(40);
    expect(result.outputs['stoppedAt']).toBe('end of archive');
    expect(context.lines.join('\n')).toContain('Nothing in the archive was committed after 2199');
  });

  it('starts a server that writes, that is no part of the archive of the original, and that stays', async () => {
    const before = fs.readdirSync(join(repository, 'wal'));
    const { outputs } = await restore();
    const connection = String(outputs['connection']);
    await ask(connection, 'insert into orders values (1000)');
    await ask(connection, 'select pg_switch_wal()');
    const [settings] = await ask(
      connection,
      `select current_setting('archive_mode') as mode, current_setting('data_directory') as directory,
         (select failed_count + archived_count from pg_stat_archiver)::int as archived`,
    );
    expect(settings).toEqual({ mode: 'off', directory: dataDirectory, archived: 0 });
    expect(fs.readdirSync(join(repository, 'wal'))).toEqual(before);
    expect(fs.readFileSync(`/proc/${outputs['pid']}/environ`, 'utf8')).toContain(
      `MUSTER_TOKEN=${context.token}`,
    );
  });

  it('starts again by hand as it was left, with every setting where the owner finds it', async () => {
    await restore({ settings: { application_name: `it's \\ "mine"` } });
    await runStop(stopping.input.parse({ dataDirectory, port }), contextOf(directory));
    const lines = fs.readFileSync(join(dataDirectory, 'postgresql.auto.conf'), 'utf8');
    expect(lines).toContain("archive_command = ''");
    expect(lines).toContain(`application_name = 'it''s \\\\ "mine"'`);
    expect(fs.existsSync(join(dataDirectory, 'recovery.signal'))).toBe(false);
  });

  it('restores a base backup in tar format, and chooses the newest that was complete in time', async () => {
    copyOfRepository();
    const latest = await restore();
    expect([latest.outputs['point'], await count(latest)]).toEqual(['tuesday', 40]);
    await runStop(stopping.input.parse({ dataDirectory, port }), contextOf(directory));
    const earlier = await restore(
      { recoverTo: iso((moments[1] ?? 0) + 15) },
      contextOf(directory, { name: 's/1/recover/r#2' }),
    );
    expect([earlier.outputs['point'], await count(earlier)]).toEqual(['monday', 20]);
  });

  it('verifies a hand-made backup by its checksums', async () => {
    const base = join(repository, 'base', 'monday');
    fs.rmSync(join(base, 'backup_manifest'));
    execFileSync('sh', ['-c', 'find . -type f -exec sha256sum {} + > ../monday.sha256'], { cwd: base });
    expect(await count(await restore())).toBe(40);
  });
});

withPostgres('postgres.restore leaves the old data as it was', () => {
  beforeEach(putOldData);
  afterEach(() => fs.rmSync(dataDirectory, { recursive: true, force: true }));

  const baseFile = () => join(repository, 'base', 'monday', 'global', 'pg_control');

  function flip(file: string, at: number): void {
    const bytes = fs.readFileSync(file);
    bytes[at] = ~(bytes[at] ?? 0) & 0xff;
    fs.writeFileSync(file, bytes);
  }

  it('where the base backup is damaged', async () => {
    flip(baseFile(), 100);
    await expect(restore()).rejects.toThrow(
      /Verifying the base backup monday failed: .*exited with 1 \(the files are not those of the manifest.*pg_control/s,
    );
    expectUntouched();
  });

  it('where the server does not start', async () => {
    const settings = { shared_preload_libraries: 'there_is_none' };
    await expect(restore({ settings })).rejects.toThrow(
      /The recovery failed: postgres exited with 1 \(it could not start, .*there_is_none/s,
    );
    expectUntouched();
  });

  it('where a hand-made backup is not what its checksums say', async () => {
    fs.writeFileSync(join(repository, 'base', 'monday.sha256'), `${'0'.repeat(64)}  PG_VERSION\n`);
    await expect(restore()).rejects.toThrow('not as backed up');
    expectUntouched();
  });

  it('where nothing can be verified', async () => {
    fs.rmSync(join(repository, 'base', 'monday', 'backup_manifest'));
    await expect(restore()).rejects.toThrow('cannot be verified');
    expectUntouched();
  });

  it('where a WAL segment in the middle is missing; a time before it can still be reached', async () => {
    fs.rmSync(segment(-2));
    await expect(restore()).rejects.toThrow(
      /WAL segment [0-9A-F]{24} is missing; .*say recoverTo, a time before/s,
    );
    await expect(restore({ recoverTo: '2199-01-01T00:00:00Z' })).rejects.toThrow('is missing');
    expectUntouched();
    const result = await restore({ recoverTo: iso((moments[1] ?? 0) + 15) });
    expect(await count(result)).toBe(20);
  });

  it('where a WAL segment is cut off', async () => {
    fs.truncateSync(segment(-1), 1_000);
    await expect(restore()).rejects.toThrow('has 1000 bytes instead of 1048576');
    expectUntouched();
  });

  it.each([-2, -1])('where WAL segment %i is damaged inside', async (index) => {
    const used = fs.readFileSync(segment(index)).findLastIndex((byte) => byte !== 0);
    // More than a byte: one alone may be padding between two records, which nobody reads.
    for (let at = 0; at < 64; at += 1) flip(segment(index), Math.floor(used / 2) + at);
    await expect(restore()).rejects.toThrow('The archived WAL is damaged');
    expectUntouched();
  });

  it('where no base backup reaches back to the time, or has the id', async () => {
    await expect(restore({ recoverTo: iso((moments[0] ?? 0) - 1_000) })).rejects.toThrow(
      /holds no base backup that was complete by .* There is: monday/,
    );
    await expect(restore({ backup: 'sunday' })).rejects.toThrow('no base backup with the id sunday');
    expectUntouched();
  });

  it('where the backup does not say up to when it is complete', async () => {
    fs.rmSync(join(repository, 'base', 'monday.json'));
    await expect(restore()).rejects.toThrow('monday.json is not there');
    expectUntouched();
  });

  it('where the port is taken', async () => {
    await primary.start();
    try {
      await expect(restore({ port: primary.port })).rejects.toThrow('answers at 127.0.0.1:');
    } finally {
      await primary.stop();
    }
    expectUntouched();
  });

  it('where there is no postgres of that version, or the named user is no superuser of the cluster', async () => {
    await expect(restore({ binaries: '/usr/bin' })).rejects.toThrow(
      'there is no postgres of that version in /usr/bin',
    );
    await expect(restore({ user: 'nobody-there' })).rejects.toThrow(
      'Say `user`, a superuser of this cluster',
    );
    await expect(restore({ newestRecord: 'select 1' })).rejects.toThrow('it gives no timestamp');
    expectUntouched();
  });

  it('where the step is stopped while WAL is replayed', async () => {
    const stop = new AbortController();
    const own = { ...contextOf(directory, { signal: stop.signal }) };
    const progress: TestContext['progress'] = ({ doing }) => {
      if (doing === 'replaying WAL') stop.abort(new Error('stopped'));
    };
    await expect(restore({}, { ...own, progress })).rejects.toThrow('stopped');
    expectUntouched();
  });
});

withPostgres('an interrupted postgres.restore', () => {
  const look = () => settle(inputOf({}), context);

  it('is not done before the swap, partly done without its server, and done with it', async () => {
    putOldData();
    expect(await look()).toBe('not-done');
    fs.rmSync(dataDirectory, { recursive: true });
    const result = await restore();
    const seen = await look();
    expect((seen as ActionResult).outputs).toMatchObject({
      connection: result.outputs['connection'],
      lsn: result.outputs['lsn'],
    });
    await runStop(stopping.input.parse({ dataDirectory }), contextOf(directory));
    expect(await look()).toBe('partial');
  });

  it('is finished at the next look where it ended between the two renames', async () => {
    putOldData();
    await restore();
    await runStop(stopping.input.parse({ dataDirectory }), contextOf(directory));
    const { build } = besideOf(dataDirectory, context);
    fs.renameSync(dataDirectory, build);
    fs.writeFileSync(`${dataDirectory}.swap.json`, JSON.stringify({ run: context.run, try: context.try }));
    expect(await look()).toBe('partial');
    expect(fs.existsSync(join(dataDirectory, 'PG_VERSION'))).toBe(true);
  });
});

withPostgres('postgres.stop', () => {
  const stop = (more: object = {}) =>
    runStop(stopping.input.parse({ dataDirectory, ...more }), contextOf(directory));

  it('stops the server, and the second time finds it stopped', async () => {
    await restore();
    expect((await stop({ port })).found).toEqual({ alreadyStopped: false });
    expect((await stop({ port })).found).toEqual({ alreadyStopped: true });
  });

  it('stops the server of a directory that is gone, also by a path through a link', async () => {
    const { outputs } = await restore();
    const link = join(directory, 'link');
    fs.symlinkSync(join(dataDirectory, '..'), link);
    fs.rmSync(dataDirectory, { recursive: true });
    expect((await stop({ dataDirectory: join(link, 'pg'), port, grace: '2s' })).found).toEqual({
      alreadyStopped: false,
    });
    await expect(ask(String(outputs['connection']), 'select 1')).rejects.toThrow('ECONNREFUSED');
  });

  it('does not take a stale pid for the server', async () => {
    fs.mkdirSync(dataDirectory, { recursive: true });
    fs.writeFileSync(join(dataDirectory, 'postmaster.pid'), `${process.pid}\n${dataDirectory}\n`);
    expect((await stop()).found).toEqual({ alreadyStopped: true });
  });

  it('does not pass while something answers at the port', async () => {
    await primary.start();
    try {
      await expect(stop({ port: primary.port })).rejects.toThrow('Something still accepts connections');
    } finally {
      await primary.stop();
    }
  });
});

afterAll(async () => {
  if (!binaries) return;
  await runStop(stopping.input.parse({ dataDirectory: primary.dataDirectory }), ending);
});
