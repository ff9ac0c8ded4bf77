import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import * as fs from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { description } from '../../actions/etcd.restore/describe.ts';
import { list, run, settle } from '../../actions/etcd.restore/run.ts';
import { description as stopping } from '../../actions/etcd.stop/describe.ts';
import { run as stop } from '../../actions/etcd.stop/run.ts';
import { besideOf } from '../../actions/destination.ts';
import { serversOf } from '../../actions/servers/holders.ts';
import { contextOf, temporaryDirectory, type TestContext } from './action-context.ts';
import { killTry } from './killed-try.ts';
import { freePort } from './postgres-cluster.ts';

const installed = ['/usr/bin/etcd', '/usr/bin/etcdctl'].every((program) => fs.existsSync(program));
const withEtcd = installed || process.env['CI'] ? describe : describe.skip;

const kept = temporaryDirectory();
const ctl = (port: number, ...argv: string[]): string =>
  execFileSync('etcdctl', [`--endpoints=http://127.0.0.1:${port}`, ...argv], {
    encoding: 'utf8',
    env: { ...process.env, ETCDCTL_API: '3' },
    stdio: ['ignore', 'pipe', 'pipe'],
  }).trim();

/** A server of the test's own; what it is asked before it answers fails. */
async function original(directory: string): Promise<{ port: number; server: ChildProcess }> {
  const [port, peerPort] = [await freePort(), await freePort()];
  const [client, peer] = [`http://127.0.0.1:${port}`, `http://127.0.0.1:${peerPort}`];
  const flags = {
    ...{ 'data-dir': directory, name: 'a', 'initial-cluster': `a=${peer}` },
    ...{ 'listen-client-urls': client, 'advertise-client-urls': client },
    ...{ 'listen-peer-urls': peer, 'initial-advertise-peer-urls': peer },
  };
  const argv = Object.entries(flags).map(([name, value]) => `--${name}=${value}`);
  const server = spawn('etcd', argv, { stdio: 'ignore' });
  for (let left = 100; left > 0; left -= 1) {
    try {
      ctl(port, 'endpoint', 'health');
      break;
    } catch {
      await sleep(100);
    }
  }
  return { port, server };
}

function save(port: number, name: string, info: object): void {
  ctl(port, 'snapshot', 'save', join(kept, `${name}.db`));
  fs.writeFileSync(join(kept, `${name}.json`), JSON.stringify(info));
}

/** Monday has three keys of the shop and one of the wiki, tuesday one more, wednesday wants a password. */
beforeAll(async () => {
  if (!installed) return;
  const { port, server } = await original(join(kept, 'original'));
  for (const key of ['/shop/1', '/shop/2', '/shop/3', '/wiki/1']) ctl(port, 'put', key, `value of ${key}`);
  save(port, 'monday', { time: '2024-05-06T03:00:00Z', keys: 4 });
  ctl(port, 'put', '/shop/4', 'tuesday');
  save(port, 'tuesday', { time: '2024-05-07T03:00:00Z' });
  ctl(port, 'user', 'add', 'root:correct horse');
  ctl(port, 'user', 'grant-role', 'root', 'root');
  ctl(port, 'auth', 'enable');
  execFileSync(
    'etcdctl',
    [
      ...[`--endpoints=http://127.0.0.1:${port}`, '--user=root', '--password=correct horse'],
      ...['snapshot', 'save', join(kept, 'wednesday.db')],
    ],
    { stdio: 'ignore' },
  );
  fs.writeFileSync(join(kept, 'wednesday.json'), JSON.stringify({ time: '2024-05-08T03:00:00Z' }));
  const ended = once(server, 'exit');
  server.kill('SIGKILL');
  await ended;
}, 60_000);

let directory: string;
let backup: string;
let dataDirectory: string;
let port: number;
let peerPort: number;
let context: TestContext;

beforeEach(async () => {
  directory = temporaryDirectory();
  backup = join(directory, 'backups');
  fs.mkdirSync(backup);
  for (const name of installed ? ['monday', 'tuesday'] : [])
    for (const end of ['db', 'json']) fs.copyFileSync(join(kept, `${name}.${end}`), join(backup, `${name}.${end}`)); // prettier-ignore
  dataDirectory = join(directory, 'site', 'etcd');
  fs.mkdirSync(dataDirectory, { recursive: true });
  fs.writeFileSync(join(dataDirectory, 'old'), 'old');
  fs.chmodSync(join(directory, 'site'), 0o755);
  [port, peerPort] = [await freePort(), await freePort()];
  context = contextOf(directory);
});

afterEach(async () => {
  if (installed) await end();
});

const inputOf = (more: object = {}) =>
  description.input.parse({ backup, dataDirectory, port, peerPort, ...more });
const restore = (more: object = {}) => run(inputOf(more), context);
const end = (more: object = {}) =>
  stop(stopping.input.parse({ dataDirectory, port, ...more }), contextOf(directory));

function expectUntouched(): void {
  expect(fs.readdirSync(dataDirectory)).toEqual(['old']);
  expect(fs.readdirSync(join(directory, 'site'))).toEqual(['etcd']);
}

withEtcd('etcd.restore', () => {
  it('lists the snapshots, each read to its checksum', async () => {
    fs.writeFileSync(join(backup, 'broken.db'), fs.readFileSync(join(backup, 'monday.db')).subarray(0, 9_000)); // prettier-ignore
    fs.writeFileSync(join(backup, 'broken.json'), '{"time": "2024-05-09T03:00:00Z"}');
    const points = await list(inputOf(), context);
    const ids = points.map(({ id }) => id).sort((a, b) => a.localeCompare(b));
    expect(ids).toEqual(['monday', 'tuesday']);
    expect(points.every(({ verified, bytes = 0 }) => verified !== undefined && bytes > 0)).toBe(true);
    expect(context.lines.join()).toContain('broken.db (9000 bytes) does not end with a SHA-256');
  });

  it('restores the one that is pinned, as a cluster with an id of its own, and starts it', async () => {
    const { outputs, findings, found } = await restore({ point: 'monday' });
    expect(findings).toMatchObject({ value: 4, keys: 4 });
    expect(outputs).toMatchObject({ directory: dataDirectory, point: 'monday', keys: 4, revision: 5 });
    expect(found?.recoveredUpTo).toBe(Date.parse('2024-05-06T03:00:00Z'));
    expect(fs.readFileSync(join(String(outputs['aside']), 'old'), 'utf8')).toBe('old');
    expect(ctl(port, 'get', '/shop/3', '--print-value-only')).toBe('value of /shop/3');
    expect(ctl(port, 'member', 'list')).toContain(`http://127.0.0.1:${peerPort}`);
    expect(context.reports).toContainEqual(expect.objectContaining({ unit: 'bytes', doing: 'verifying' }));
    expect(await settle(inputOf(), context)).toMatchObject({ outputs: { keys: 4, pid: outputs['pid'] } });
    await end();
    expect(await settle(inputOf(), context)).toBe('partial');
  });

  it('never gives two restores of one snapshot the same cluster id', async () => {
    const clusterId = () => /"cluster_id":(\d+)/.exec(ctl(port, 'endpoint', 'status', '-w', 'json'))?.[1];
    await restore();
    const first = clusterId();
    await end();
    await run(inputOf(), contextOf(directory, { name: 'etcd/1/recover/restore#2' }));
    expect(first).toMatch(/^\d+$/);
    expect(clusterId()).not.toBe(first);
  });

  it('takes the newest where none is pinned, and only the keys that are wanted', async () => {
    const { outputs } = await restore({ prefix: '/shop/' });
    expect(outputs).toMatchObject({ point: 'tuesday', keys: 4 });
    expect(ctl(port, 'get', '', '--from-key', '--keys-only').split(/\s+/)).toEqual([1, 2, 3, 4].map((n) => `/shop/${n}`)); // prettier-ignore
  });

  it('asks with the password of a user whom the snapshot brings along', async () => {
    const file = join(directory, 'password');
    fs.writeFileSync(file, 'correct horse\n');
    const login = { ETCDCTL_USER: 'root', ETCDCTL_PASSWORD: `file:${file}` };
    const more = { backup: join(kept, 'wednesday.db') };
    await expect(restore(more)).rejects.toThrow('The snapshot brings its users along');
    fs.writeFileSync(file, 'wrong horse\n');
    await expect(restore({ ...more, env: login })).rejects.toThrow('authentication failed');
    expectUntouched();
    fs.writeFileSync(file, 'correct horse\n');
    expect((await restore({ ...more, env: login })).outputs).toMatchObject({ keys: 5 });
    expect(JSON.stringify(context.lines)).not.toContain('horse');
  });

  it.each([
    ['cut off', (bytes: Buffer) => bytes.subarray(0, bytes.length / 2), 'does not end with a SHA-256'],
    ['altered', (bytes: Buffer) => Buffer.from(bytes.map((byte, at) => (at === 9_000 ? byte ^ 1 : byte))), 'is damaged, or none: its SHA-256'], // prettier-ignore
    ['something else', () => Buffer.from('<html>404</html>'), 'does not end with a SHA-256'],
    ['empty', () => Buffer.alloc(0), 'does not end with a SHA-256'],
  ])('refuses a snapshot that is %s and leaves the old directory', async (_, damage, why) => {
    const file = join(backup, 'tuesday.db');
    fs.writeFileSync(file, damage(fs.readFileSync(file)));
    await expect(restore({ point: 'tuesday' })).rejects.toThrow(why);
    expectUntouched();
  });

  it('refuses one with another number of keys than the file beside it says, before the swap', async () => {
    fs.writeFileSync(join(backup, 'monday.json'), '{"time": "2024-05-06T03:00:00Z", "keys": 7}');
    await expect(restore({ point: 'monday' })).rejects.toThrow('holds 4 keys instead of the 7');
    await expect(restore({ point: 'tuesday', prefix: '/blog/' })).rejects.toThrow('has no key that begins');
    expectUntouched();
  });

  it('takes a copy without a checksum only where that is said', async () => {
    const copy = join(backup, 'copy.db');
    fs.writeFileSync(copy, fs.readFileSync(join(backup, 'monday.db')).subarray(0, -32));
    fs.writeFileSync(join(backup, 'copy.json'), '{"time": "2024-05-08T03:00:00Z"}');
    await expect(restore({ point: 'copy' })).rejects.toThrow('unsealed: true');
    expectUntouched();
    expect((await restore({ point: 'copy', unsealed: 'true' })).outputs).toMatchObject({ keys: 4 });
  });

  it('refuses a snapshot without its time, one that is gone, and a place that is in use', async () => {
    await expect(restore({ point: 'sunday' })).rejects.toThrow('has no snapshot sunday');
    fs.rmSync(join(backup, 'monday.json'));
    await expect(restore({ point: 'monday' })).rejects.toThrow('monday.json is not there');
    expectUntouched();
    await restore({ point: 'tuesday' });
    const other = contextOf(directory, { name: 'etcd/1/recover/restore#2' });
    await expect(run(inputOf(), other)).rejects.toThrow('A server works in');
    const elsewhere = { dataDirectory: join(directory, 'site', 'other') };
    await expect(run(inputOf(elsewhere), other)).rejects.toThrow(`Something answers at 127.0.0.1:${port}`);
  });

  it('leaves the old directory and nothing else when it is stopped', async () => {
    const stopper = new AbortController();
    const stopped = contextOf(directory, { signal: stopper.signal });
    const atProof = { ...stopped, progress: ({ doing }: { doing?: string }) => doing === 'proving' && stopper.abort() }; // prettier-ignore
    await expect(run(inputOf(), atProof as TestContext)).rejects.toThrow('aborted');
    expectUntouched();
    expect(await settle(inputOf(), stopped)).toBe('not-done');
  });
});

withEtcd('etcd.stop', () => {
  it('stops the server of a directory that was renamed meanwhile, and says when it was stopped before', async () => {
    await restore();
    const moved = join(directory, 'site', 'moved');
    fs.renameSync(dataDirectory, moved);
    expect((await end({ dataDirectory: moved })).found).toEqual({ alreadyStopped: false });
    expect((await end({ dataDirectory: moved })).found).toEqual({ alreadyStopped: true });
  });

  it('leaves the server of another directory alone, and does not take it for silence', async () => {
    await restore();
    const other = join(directory, 'site', 'other');
    await expect(end({ dataDirectory: other })).rejects.toThrow('Something still accepts connections');
    expect(ctl(port, 'get', '/shop/1', '--print-value-only')).toBe('value of /shop/1');
  });
});

withEtcd('a try of etcd.restore that was killed', () => {
  it('has changed nothing, leaves no server behind, and is cleared away by the next try', async () => {
    const { build } = besideOf(dataDirectory, context);
    const input = { backup, dataDirectory, port, peerPort };
    const proving = join(context.workDirectory, 'proof.log');
    await killTry({ action: 'etcd.restore', with: input, context, when: () => fs.existsSync(proving) });
    expect(fs.readdirSync(dataDirectory)).toEqual(['old']);
    expect(fs.existsSync(join(build, 'member', 'snap', 'db'))).toBe(true);
    expect(await settle(inputOf(), context)).toBe('not-done');
    while (serversOf(build, ['etcd']).length > 0) await sleep(50); // It ends with the process that started it.
    await run(inputOf(), contextOf(directory, { name: 'etcd/1/recover/restore#2' }));
    expect(fs.existsSync(build)).toBe(false);
    expect(ctl(port, 'get', '/shop/1', '--print-value-only')).toBe('value of /shop/1');
  });
});
