import { execFile } from 'node:child_process';
import { appendFileSync, existsSync } from 'node:fs';
import { cp, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import pg from 'pg';
import { makeDirectoryOf } from './account.ts';
import { noteBackup } from './backup-note.ts';
import { writeManifest } from './checksums.ts';
import { type Estate, places, siteOf } from './layout.ts';
import { asAccount, start } from './processes.ts';

const run = promisify(execFile);

/** Makes and starts the primary's database, which archives its WAL every two seconds while orders arrive. */
export async function createOrdersDb(estate: Estate): Promise<void> {
  const { account, binaries } = estate;
  const { databaseDirectory, connection } = siteOf(estate, 'primary');
  makeDirectoryOf(account, databaseDirectory);
  makeDirectoryOf(account, walArchive(estate));
  await runAs(estate, [
    join(binaries, 'initdb'),
    ...['-D', databaseDirectory, '--username=shop', '--auth=trust', '--encoding=UTF8', '--locale=C'],
    ...['--wal-segsize=1', '--no-sync'],
  ]);
  appendFileSync(join(databaseDirectory, 'postgresql.conf'), settings(estate));
  startOrdersDb(estate);
  await ask(estate, connection.replace(/\/shop$/, '/postgres'), 'create database shop');
  await ask(
    estate,
    connection,
    `create table orders (id bigint primary key, item text not null, amount integer not null,
       placed_at timestamptz not null default clock_timestamp())`,
  );
}

export function startOrdersDb(estate: Estate): void {
  const { account, binaries } = estate;
  const { databaseDirectory } = siteOf(estate, 'primary');
  start(estate, {
    name: 'primary-orders-db',
    argv: [join(binaries, 'postgres'), '-D', databaseDirectory],
    ...(account && { as: account }),
  });
}

/** One query, asked until the database answers or ten seconds are over. */
export async function ask(
  estate: Estate,
  connectionString: string,
  query: string,
): Promise<Record<string, unknown>[]> {
  for (let left = 100; ; left -= 1) {
    const client = new pg.Client({ connectionString, connectionTimeoutMillis: 5_000 });
    try {
      await client.connect();
    } catch (error) {
      if (left > 0 && isStarting(error)) {
        await sleep(100);
        continue;
      }
      const logs = places(estate).logs;
      throw new Error(`the database at ${connectionString} does not answer; its log is in ${logs}`, {
        cause: error,
      });
    }
    try {
      return (await client.query<Record<string, unknown>>(query)).rows;
    } finally {
      await client.end();
    }
  }
}

const isStarting = (error: unknown) =>
  ['ECONNREFUSED', '57P03'].includes((error as { code?: string }).code ?? '');

const walArchive = (estate: Estate) => join(places(estate).backups.orders, 'wal');

function settings(estate: Estate): string {
  const archive = walArchive(estate);
  // Whole or not at all: a segment gets its name only when its bytes are on disk.
  const part = `"${archive}/.%f.part"`;
  const command = `cp "%p" ${part} && sync ${part} && mv ${part} "${archive}/%f"`;
  return `
listen_addresses = '127.0.0.1'
port = ${siteOf(estate, 'primary').databasePort}
unix_socket_directories = ''
shared_buffers = 16MB
wal_level = replica
archive_mode = on
archive_timeout = 2s
archive_command = '${command}'
`;
}

/** Takes a base backup into the repository, with `pg_basebackup` or, where there is none, by hand. */
export async function backUpOrders(estate: Estate): Promise<void> {
  const { account, binaries } = estate;
  const { connection } = siteOf(estate, 'primary');
  const id = new Date().toISOString().replace(/[-:]|\.\d+/g, '');
  const target = join(places(estate).backups.orders, 'base', id);
  makeDirectoryOf(account, target);
  const tool = join(binaries, 'pg_basebackup');
  if (existsSync(tool)) {
    const options = ['--wal-method=none', '--checkpoint=fast', '--no-sync'];
    await runAs(estate, [tool, '-D', target, '-d', connection, ...options]);
  } else {
    await copyWhileItRuns(estate, target);
    await writeManifest(target, `${target}.sha256`);
  }
  await noteBackup(`${target}.json`, { id, time: new Date() });
}

async function copyWhileItRuns(estate: Estate, target: string): Promise<void> {
  const { databaseDirectory, connection } = siteOf(estate, 'primary');
  const left = new Set(['postmaster.pid', 'postmaster.opts']);
  const emptied =
    /^(pg_wal|pg_replslot|pg_dynshmem|pg_notify|pg_serial|pg_snapshots|pg_stat_tmp|pg_subtrans)\/|pg_internal\.init/;
  const client = new pg.Client({ connectionString: connection });
  await client.connect();
  try {
    await client.query(`select pg_backup_start('muster demo', true)`);
    await cp(databaseDirectory, target, {
      recursive: true,
      filter: (source) => {
        const path = relative(databaseDirectory, source);
        return !left.has(path) && !emptied.test(path);
      },
    });
    const { rows } = await client.query<{ labelfile: string }>('select labelfile from pg_backup_stop()');
    await writeFile(join(target, 'backup_label'), rows[0]?.labelfile ?? '');
  } finally {
    await client.end();
  }
  if (estate.account) await run('chown', ['-R', `${estate.account.uid}:${estate.account.gid}`, target]);
}

async function runAs(estate: Estate, argv: readonly string[]): Promise<void> {
  const [command = '', ...rest] = asAccount(argv, estate.account);
  await run(command, rest, { cwd: estate.directory });
}
