import { execFileSync, spawn } from 'node:child_process';
import * as fs from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { accountFor } from '../../actions/servers/account.ts';

/** The directory of a PostgreSQL with `pg_basebackup`, or undefined: then its tests are skipped, visibly. */
export const binaries = [
  ...(process.env['PATH'] ?? '').split(':'),
  ...(fs.existsSync('/usr/lib/postgresql') ? fs.readdirSync('/usr/lib/postgresql') : []).map(
    (version) => `/usr/lib/postgresql/${version}/bin`,
  ),
].find((place) => ['postgres', 'initdb', 'pg_basebackup'].every((name) => fs.existsSync(join(place, name))));

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

export interface Cluster {
  readonly dataDirectory: string;
  readonly repository: string;
  readonly port: number;
  readonly connection: string;
  /** What it was started by, so that a test can start it again. */
  start(): Promise<void>;
  stop(): Promise<void>;
  query(text: string): Promise<Record<string, unknown>[]>;
  backUp(id: string, format?: 'plain' | 'tar'): Promise<void>;
  /** Closes the current segment and waits until it is in the archive. */
  archive(): Promise<void>;
}

/** Asks a database once; the connection is closed again. */
export async function ask(connectionString: string, text: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(text)).rows;
  } finally {
    await client.end();
  }
}

/** A cluster that archives its WAL, with the table `orders`. */
export async function createCluster(directory: string): Promise<Cluster> {
  const bin = String(binaries);
  const account = await accountFor(directory);
  const dataDirectory = join(directory, 'primary');
  const repository = join(directory, `repo 'of' 100%`); // A name that every layer of quoting has to survive.
  const port = await freePort();
  const connection = `postgresql://shop@127.0.0.1:${port}/postgres`;
  for (const path of [dataDirectory, repository, join(repository, 'base'), join(repository, 'wal')]) {
    fs.mkdirSync(path, { recursive: true });
    fs.chownSync(path, account.uid, account.gid);
  }
  const run = (...argv: string[]) => {
    const [program = '', ...rest] = [...account.as, ...argv];
    execFileSync(program, rest, { cwd: '/', stdio: 'pipe' });
  };
  run(
    `${bin}/initdb`,
    '-D',
    dataDirectory,
    '--username=shop',
    '--auth=trust',
    '--no-sync',
    '--wal-segsize=1',
  );
  const wal = join(repository, 'wal');
  const path = `'${wal.replaceAll("'", `'\\''`).replaceAll('%', '%%')}'`;
  const archiveCommand = `cp "%p" ${path}/.%f.part && mv ${path}/.%f.part ${path}/%f`;
  fs.appendFileSync(
    join(dataDirectory, 'postgresql.conf'),
    `listen_addresses = '127.0.0.1'
port = ${port}
unix_socket_directories = ''
fsync = off
shared_buffers = 8MB
archive_mode = on
archive_command = '${archiveCommand.replaceAll('\\', '\\\\').replaceAll("'", "''")}'
synchronous_standby_names = ''
`,
  );
  const cluster: Cluster = {
    dataDirectory,
    repository,
    port,
    connection,
    async start() {
      const [program = '', ...rest]: string[] = [...account.as, `${bin}/postgres`, '-D', dataDirectory];
      const log = fs.openSync(join(directory, 'primary.log'), 'a');
      spawn(program, rest, { cwd: '/', stdio: ['ignore', log, log], detached: true }).unref();
      for (;;) {
        if (await ask(connection, 'select 1').then(() => true, () => false)) return; // prettier-ignore
        await sleep(50);
      }
    },
    async stop() {
      run(`${bin}/pg_ctl`, 'stop', '-D', dataDirectory, '-m', 'immediate', '-w');
    },
    query: (text) => ask(connection, text),
    async backUp(id, format = 'plain') {
      const target = join(repository, 'base', id);
      run(
        `${bin}/pg_basebackup`,
        '-D',
        target,
        '-d',
        connection,
        '-F',
        format,
        '-X',
        'none',
        '-c',
        'fast',
        '--no-sync',
      );
      fs.writeFileSync(`${target}.json`, JSON.stringify({ time: new Date() }));
    },
    async archive() {
      const [row] = await cluster.query('select pg_walfile_name(pg_switch_wal()) as name');
      while (!fs.existsSync(join(wal, String(row?.['name'])))) await sleep(20);
    },
  };
  await cluster.start();
  await cluster.query(
    'create table orders (id int primary key, at timestamptz not null default clock_timestamp())',
  );
  return cluster;
}
