import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../actions/postgres-cluster.ts';
import { hostilePostgres, hostilePrograms, hostileRedis, hostileWeb, type Peer } from './hostile.ts';

/** What the steps of the canaries work with: real backups, real servers that refuse, and hostile ones. */
export interface Places {
  readonly directory: string;
  /** In front of the PATH: programs that show what they were handed. */
  readonly hostile: string;
  readonly web: number;
  readonly refusing: number;
  readonly telling: number;
  readonly badRedis: number;
  readonly redis: number;
  readonly named: number;
  /** Where nothing ever listens, and where restored servers may. */
  readonly nothing: number;
  readonly free: readonly number[];
  close(): Promise<void>;
}

const programs = [
  'restic',
  'pgbackrest',
  'redis-cli',
  'redis-server',
  'nsupdate',
  'etcdctl',
  'etcd',
  'psql',
  'pg_restore',
  'rclone',
  'kubectl',
  'ssh',
];

/** The programs of Debian that the real half needs. */
export const needed = [
  'restic',
  'pgbackrest',
  'redis-server',
  'named',
  'nsupdate',
  'etcd',
  'etcdctl',
] as const;

export const where = (program: string): string | undefined =>
  [...(process.env['PATH'] ?? '').split(':'), '/usr/sbin']
    .map((place) => join(place, program))
    .find(existsSync);

export async function makePlaces(directory: string): Promise<Places> {
  const peers: Peer[] = [];
  const started: ChildProcess[] = [];
  const peer = async (made: Promise<Peer>) => {
    peers.push(await made);
    return peers.at(-1)!.port;
  };
  const start = (program: string, ...argv: string[]) =>
    started.push(spawn(program, argv, { stdio: 'ignore' }));
  const redis = await freePort();
  start(
    'redis-server',
    '--port',
    String(redis),
    '--dir',
    directory,
    '--save',
    '',
    '--requirepass',
    'another',
  );
  const named = await startNamed(directory, start);
  execFileSync('restic', ['--repo', join(directory, 'restic'), '--no-cache', 'init'], {
    ...{ stdio: 'ignore', env: { ...process.env, RESTIC_PASSWORD: 'another' } },
  });
  await makeRdb(directory, redis);
  await makeSnapshot(directory, start);
  mkdirSync(join(directory, 'repo'));
  writeFileSync(join(directory, 'pgbackrest.conf'), `[global]\nrepo1-path=${directory}/repo\nrepo1-cipher-type=aes-256-cbc\nlock-path=${directory}/lock\n[orders]\npg1-path=${directory}/pg\n`); // prettier-ignore
  const honest = { etcdctl: { real: where('etcdctl')!, where: 'snapshot' } };
  return {
    directory,
    hostile: hostilePrograms(join(directory, 'hostile'), programs, honest),
    web: await peer(hostileWeb()),
    refusing: await peer(hostilePostgres({ letsIn: false })),
    telling: await peer(hostilePostgres({ letsIn: true })),
    badRedis: await peer(hostileRedis()),
    ...{ redis, named, nothing: await freePort() },
    free: [await freePort(), await freePort(), await freePort(), await freePort()],
    close: async () => {
      for (const one of started) one.kill('SIGKILL');
      for (const one of peers) await one.close();
    },
  };
}

type Start = (program: string, ...argv: string[]) => number;

async function startNamed(directory: string, start: Start): Promise<number> {
  const [port, home] = [await freePort(), join(directory, 'named')];
  mkdirSync(home);
  writeFileSync(join(home, 'shop.zone'), '$TTL 2\n@ IN SOA ns.shop.test. root.shop.test. 7 60 5 3600 2\n@ IN NS ns\nns IN A 127.0.0.1\nwww IN A 192.0.2.1\n'); // prettier-ignore
  const key = `key "switch" { algorithm hmac-sha256; secret "${Buffer.from('another').toString('base64')}"; };`;
  writeFileSync(
    join(home, 'named.conf'),
    `${key}
options { directory "${home}"; pid-file none; session-keyfile "${home}/session.key"; listen-on port ${port} { 127.0.0.1; };
  listen-on-v6 { none; }; recursion no; dnssec-validation no; };
controls {};
zone "shop.test" { type primary; file "shop.zone"; allow-update { key switch; }; };\n`,
  );
  start(where('named')!, '-f', '-n', '1', '-c', join(home, 'named.conf'));
  return port;
}

async function makeRdb(directory: string, port: number): Promise<void> {
  mkdirSync(join(directory, 'rdb'));
  const argv = ['-p', String(port), '--no-auth-warning', '--rdb', join(directory, 'rdb', 'monday.rdb')];
  await retried(() => execFileSync('redis-cli', argv, { stdio: 'ignore', env: { ...process.env, REDISCLI_AUTH: 'another' } })); // prettier-ignore
}

async function makeSnapshot(directory: string, start: Start): Promise<void> {
  const [port, peerPort, kept] = [await freePort(), await freePort(), join(directory, 'snapshots')];
  const [client, peer] = [`http://127.0.0.1:${port}`, `http://127.0.0.1:${peerPort}`];
  mkdirSync(kept);
  start(
    'etcd',
    ...['--data-dir', join(directory, 'etcd'), '--name=a', `--initial-cluster=a=${peer}`],
    ...[`--listen-client-urls=${client}`, `--advertise-client-urls=${client}`],
    ...[`--listen-peer-urls=${peer}`, `--initial-advertise-peer-urls=${peer}`],
  );
  const ctl = (...argv: string[]) =>
    execFileSync('etcdctl', [`--endpoints=${client}`, ...argv], { stdio: 'ignore', env: { ...process.env, ETCDCTL_API: '3' } }); // prettier-ignore
  await retried(() => ctl('put', '/shop/1', 'one'));
  ctl('user', 'add', 'root:another');
  ctl('user', 'grant-role', 'root', 'root');
  ctl('auth', 'enable');
  ctl('--user=root', '--password=another', 'snapshot', 'save', join(kept, 'monday.db'));
  writeFileSync(join(kept, 'monday.json'), JSON.stringify({ time: '2024-05-06T03:00:00Z' }));
}

async function retried(work: () => unknown): Promise<void> {
  for (let left = 100; ; left -= 1) {
    try {
      return void work();
    } catch (error) {
      if (left === 0) throw error;
      await sleep(100);
    }
  }
}
