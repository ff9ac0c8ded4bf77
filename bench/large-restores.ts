import { execFile, execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { accountFor } from '../actions/servers/account.ts';
import type { Value } from '../core/value.ts';
import { ask, binaries, createCluster, freePort } from '../test/actions/postgres-cluster.ts';

const execute = promisify(execFile);

/** A backup of many bytes that nothing can compress, and the ways to bring it back. */
export interface LargeRestore {
  /** The action that restores it. */
  readonly action: string;
  /** The name of the tool's process. */
  readonly tool: string;
  readonly bytes: number;
  /** What the action is given to restore it below a directory. */
  with(place: string): { readonly [key: string]: Value };
  /** The same by the tool alone. */
  alone(place: string): Promise<void>;
  /** What has been restored so far, in bytes. */
  written(place: string): number;
  /** Takes away what was restored below a directory. */
  remove(place: string): Promise<void>;
  /** Ends what serves it. */
  end?(): Promise<void>;
}

const password = 'correct horse battery staple';

/** Files of 16 MiB in a repository of restic. */
export async function ofRestic(root: string, bytes: number): Promise<LargeRestore> {
  const [source, repository, secret] = ['source', 'repository', 'password'].map((name) => join(root, name)) as [string, string, string]; // prettier-ignore
  fs.mkdirSync(source, { recursive: true });
  fs.writeFileSync(secret, password, { mode: 0o600 });
  const each = 16 * 1024 ** 2;
  for (let n = 0; n < bytes / each; n += 1)
    execFileSync('dd', ['if=/dev/urandom', `of=${join(source, `${n}.bin`)}`, `bs=${each}`, 'count=1', 'iflag=fullblock', 'status=none']); // prettier-ignore
  const env = { ...process.env, RESTIC_PASSWORD_FILE: secret };
  const restic = (...argv: string[]) =>
    execute('restic', ['--repo', repository, '--no-cache', ...argv], { env });
  await restic('init');
  await restic('backup', '--host', 'shop', source);
  fs.rmSync(source, { recursive: true });
  const { stdout } = await restic('snapshots', '--json');
  const [{ id: snapshot }] = JSON.parse(stdout) as [{ id: string }]; // which a plan would pin
  return {
    action: 'restic.restore',
    tool: 'restic',
    bytes,
    with: (place) => ({
      ...{ repository, password: `file:${secret}`, host: 'shop', snapshot },
      destination: join(place, 'files'),
    }),
    alone: async (place) =>
      void (await restic('restore', snapshot, '--target', join(place, 'alone'), '--verify')),
    written,
    remove: (place) => fs.promises.rm(place, { recursive: true, force: true }),
  };
}

/** One table in a repository of pgBackRest. */
export async function ofPgbackrest(root: string, bytes: number): Promise<LargeRestore> {
  const { uid, gid, as } = await accountFor(root);
  const run = async (...argv: string[]) => {
    const [program = '', ...rest] = [...as, ...argv];
    await execute(program, rest, { cwd: '/' });
  };
  for (const name of ['repo', 'lock', 'spool']) {
    fs.mkdirSync(join(root, name));
    fs.chownSync(join(root, name), uid, gid);
  }
  fs.chownSync(root, uid, gid);
  const primary = await createCluster(root);
  const config = join(root, 'pgbackrest.conf');
  fs.writeFileSync(
    config,
    `[global]
repo1-path=${join(root, 'repo')}
compress-type=lz4
start-fast=y
lock-path=${join(root, 'lock')}
spool-path=${join(root, 'spool')}
log-level-file=off
log-level-console=error

[orders]
pg1-path=${primary.dataDirectory}
pg1-port=${primary.port}
pg1-user=shop
pg1-socket-path=${root}
`,
  );
  const tool = [`pgbackrest`, `--config=${config}`, '--stanza=orders'];
  await primary.query(`alter system set archive_command = '/bin/true'`);
  await primary.query(`alter system set unix_socket_directories = '${root}'`);
  await primary.stop();
  await primary.start();
  await fillTable(primary.connection, bytes);
  await primary.query(`alter system set archive_command = '${tool.join(' ')} archive-push "%p"'`);
  await primary.query('select pg_reload_conf()');
  await run(...tool, 'stanza-create');
  await run(...tool, '--type=full', 'backup');
  await primary.stop();
  const port = await freePort();
  const url = `postgresql://shop@127.0.0.1:${port}/postgres`;
  const stop = (place: string, name: string) =>
    run(`${binaries}/pg_ctl`, 'stop', '-D', join(place, name), '-m', 'immediate', '-w');
  return {
    action: 'pgbackrest.restore',
    tool: 'pgbackrest',
    bytes,
    with: (place) => ({
      ...{ stanza: 'orders', config, port, user: 'shop' },
      dataDirectory: join(place, 'pg'),
    }),
    async alone(place) {
      const directory = join(place, 'alone');
      fs.mkdirSync(directory, { recursive: true, mode: 0o700 });
      fs.chownSync(directory, uid, gid);
      fs.chmodSync(place, 0o755);
      await run(...tool, `--pg1-path=${directory}`, '--type=default', '--archive-mode=off', 'restore');
      const options = `-c port=${port} -c unix_socket_directories= -c listen_addresses=127.0.0.1`;
      await run(`${binaries}/pg_ctl`, 'start', '-D', directory, '-w', '-t', '600', '-l', join(directory, 'log'), '-o', options); // prettier-ignore
      while ((await ask(url, 'select pg_is_in_recovery() as is'))[0]!['is']) await sleep(50);
    },
    written,
    async remove(place) {
      for (const name of ['pg', 'alone']) if (fs.existsSync(join(place, name))) await stop(place, name);
      await fs.promises.rm(place, { recursive: true, force: true });
    },
  };
}

/** One table of texts that are kept as they are. */
async function fillTable(connection: string, bytes: number): Promise<void> {
  const random = `head -c ${Math.floor((bytes * 3) / 4)} /dev/urandom | base64 -w 4000`;
  await ask(connection, 'create table blobs (text text)');
  await ask(connection, 'alter table blobs alter text set storage external');
  await ask(connection, `copy blobs from program '${random}'`);
  await ask(connection, 'checkpoint');
}

/** One table in a dump, and a server to restore it to. What it holds is where the server has it, not below the place. */
export async function ofPgRestore(root: string, bytes: number): Promise<LargeRestore> {
  const server = await createCluster(root);
  await server.query(`alter system set archive_command = '/bin/true'`);
  await server.query('select pg_reload_conf()');
  const databases = async () =>
    (await server.query(`select datname as name from pg_database where datname ~ '^large'`)).map(({ name }) => String(name)); // prettier-ignore
  const drop = async (name: string) => void (await server.query(`drop database "${name}" with (force)`));
  const url = (name: string) => server.connection.replace(/postgres$/, name);
  const backup = join(root, 'large.dump');
  await server.query('create database large');
  await fillTable(url('large'), bytes);
  await execute(`${binaries}/pg_dump`, ['-Fc', '-Z1', '--file', backup, '--dbname', url('large')]);
  await drop('large');
  await server.query('checkpoint');
  const base = join(server.dataDirectory, 'base');
  const before = written(base);
  let places = 0;
  return {
    action: 'pgdump.restore',
    tool: 'pg_restore',
    bytes,
    with: () => ({ backup, connection: server.connection, database: 'large' }),
    async alone() {
      const name = `large_alone_${(places += 1)}`;
      await execute(`${binaries}/createdb`, [
        '--template=template0',
        '--maintenance-db',
        server.connection,
        name,
      ]);
      await execute(`${binaries}/pg_restore`, ['--single-transaction', '--dbname', url(name), backup]);
    },
    written: () => written(base) - before,
    async remove(place) {
      for (const name of await databases()) await drop(name);
      await server.query('checkpoint');
      await fs.promises.rm(place, { recursive: true, force: true });
    },
    end: () => server.stop(),
  };
}

/** What a restore has written below a place, in bytes. */
export function written(place: string): number {
  try {
    return Number.parseInt(execFileSync('du', ['-s', '--block-size=1', place], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }), 10); // prettier-ignore
  } catch (error) {
    // Files go while it looks: what it says of the others still counts.
    return Number.parseInt((error as { stdout?: string }).stdout ?? '0', 10) || 0;
  }
}
