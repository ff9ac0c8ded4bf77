import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import * as fs from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { description } from '../../actions/redis.restore/describe.ts';
import { loadAction } from '../../actions/registry.ts';
import { createListPoints } from '../../activities/list-points.ts';
import { list, run, settle } from '../../actions/redis.restore/run.ts';
import { description as stopping } from '../../actions/redis.stop/describe.ts';
import { run as stop } from '../../actions/redis.stop/run.ts';
import { contextOf, temporaryDirectory, type TestContext } from './action-context.ts';
import { freePort } from './postgres-cluster.ts';

const installed = fs.existsSync('/usr/bin/redis-server');
const withRedis = installed || process.env['CI'] ? describe : describe.skip;

const kept = temporaryDirectory();
const cli = (port: number, ...argv: string[]): string =>
  execFileSync('redis-cli', ['-p', String(port), '--no-auth-warning', ...argv], { encoding: 'utf8' }).trim();

async function until(is: () => boolean): Promise<void> {
  for (let left = 100; left > 0; left -= 1) {
    try {
      if (is()) return;
    } catch {
      // It does not answer yet.
    }
    await sleep(50);
  }
  throw new Error('it never came to be');
}

/** Two backups: with a thousand keys, and with one more. */
beforeAll(async () => {
  if (!installed) return;
  const port = await freePort();
  const server = spawn('redis-server', ['--port', String(port), '--dir', kept, '--save', ''], {
    stdio: 'ignore',
  });
  await until(() => cli(port, 'ping') === 'PONG');
  const sets = Array.from({ length: 1_000 }, (_, at) => `set session:${at} value:${at}:${'x'.repeat(200)}\n`);
  execFileSync('redis-cli', ['-p', String(port)], {
    input: sets.join(''),
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  cli(port, '--rdb', join(kept, 'monday.rdb'));
  await sleep(1_100); // ctime counts seconds
  cli(port, 'set', 'last', 'tuesday');
  cli(port, '--rdb', join(kept, 'tuesday.rdb'));
  server.kill('SIGKILL');
  await once(server, 'exit');
}, 30_000);

let directory: string;
let backup: string;
let destination: string;
let port: number;
let context: TestContext;
let password: string;

beforeEach(async () => {
  directory = temporaryDirectory();
  backup = join(directory, 'backups');
  fs.mkdirSync(backup);
  for (const name of ['monday.rdb', 'tuesday.rdb'])
    if (installed) fs.copyFileSync(join(kept, name), join(backup, name));
  destination = join(directory, 'site', 'redis');
  fs.mkdirSync(destination, { recursive: true });
  fs.writeFileSync(join(destination, 'dump.rdb'), 'old');
  fs.chmodSync(join(directory, 'site'), 0o755);
  password = join(directory, 'password');
  fs.writeFileSync(password, 'correct horse "battery" staple\n');
  port = await freePort();
  context = contextOf(directory);
});

const inputOf = (more: object = {}) => description.input.parse({ backup, destination, port, ...more });
const restore = (more: object = {}) => run(inputOf(more), context);
const end = (more: object = {}) =>
  stop(stopping.input.parse({ port, save: 'false', ...more }), contextOf(directory));

afterEach(async () => {
  if (!installed) return;
  await end().catch(() => end({ password: `file:${password}` }));
});

function expectUntouched(): void {
  expect(fs.readFileSync(join(destination, 'dump.rdb'), 'utf8')).toBe('old');
  expect(fs.readdirSync(join(directory, 'site'))).toEqual(['redis']);
}

withRedis('redis.restore', () => {
  it('lists the backups, each read to its checksum', async () => {
    fs.writeFileSync(join(backup, 'broken.rdb'), 'REDIS0011');
    const points = await list(inputOf(), context);
    expect(points.map(({ id }) => id).sort((a, b) => a.localeCompare(b))).toEqual([
      'monday.rdb',
      'tuesday.rdb',
    ]);
    expect(points.every(({ verified, kind }) => verified !== undefined && kind === 'rdb')).toBe(true);
    expect(context.lines.join()).toContain('broken.rdb is damaged');
  });

  it('says of a damaged one why it is left out, and where there is none of the kind', async () => {
    const listed = () =>
      createListPoints({
        ...{ home: directory, loadAction, mistrust: () => undefined },
        signal: () => new AbortController().signal,
      })({
        calls: [
          { path: 'a/1/recover/b', call: { action: 'redis.restore', with: { backup, destination, port }, site: 'target' }, enter: [] }, // prettier-ignore
        ],
        ...{ by: 'ada', channel: 'cli' },
      });
    const altered = (bytes: Buffer) => bytes.map((byte, at) => (at === 5_000 ? byte ^ 1 : byte));
    const monday = join(backup, 'monday.rdb');
    fs.writeFileSync(monday, altered(fs.readFileSync(monday)));
    expect(await listed()).toMatchObject([
      {
        points: [{ id: 'tuesday.rdb' }],
        leftOut: [expect.stringMatching(/monday\.rdb is damaged, .*RDB ERROR DETECTED/)],
      },
    ]);
    for (const name of fs.readdirSync(backup)) fs.rmSync(join(backup, name));
    expect(await listed()).toEqual([
      { path: 'a/1/recover/b', trouble: `There is no file *.rdb in ${backup}.` },
    ]);
  });

  it('restores the one that is pinned, and starts it', async () => {
    const { outputs, findings, found } = await restore({ point: 'monday.rdb' });
    expect(findings).toEqual({ value: 1000, keys: 1000, expected: 1000 });
    expect(outputs).toMatchObject({ directory: destination, point: 'monday.rdb', port });
    expect(fs.readFileSync(join(String(outputs['aside']), 'dump.rdb'), 'utf8')).toBe('old');
    expect(cli(port, 'get', 'session:7')).toMatch(/^value:7/);
    expect(found?.recoveredUpTo).toBeLessThanOrEqual(Date.now());
    expect(await settle(inputOf(), context)).toMatchObject({ outputs: { keys: 1000 } });
    await end();
    expect(await settle(inputOf(), context)).toBe('partial');
  });

  it('restores to a place where nothing was before', async () => {
    fs.rmSync(join(directory, 'site', 'redis'), { recursive: true });
    expect((await restore()).outputs).toMatchObject({ directory: destination, keys: 1001 });
    expect(cli(port, 'config', 'get', 'dir')).toContain(destination);
  });

  it('replaces nothing where the server does not take what it is given', async () => {
    await expect(restore({ settings: { 'no-such-setting': '1' } })).rejects.toThrow(
      /does not start, and nothing was replaced\. It said: .*no-such-setting/,
    );
    expectUntouched();
  });

  it('takes no other server at its port for the restored one', async () => {
    await restore();
    await end();
    const other = spawn('redis-server', ['--port', String(port), '--dir', backup, '--save', ''], {
      stdio: 'ignore',
    });
    await until(() => cli(port, 'ping') === 'PONG');
    expect(await settle(inputOf(), context)).toBe('partial');
    other.kill('SIGKILL');
    await once(other, 'exit');
  });

  it('reads anew what the restored server has, and whether it keeps what was wished', async () => {
    await restore();
    cli(port, 'del', 'last');
    expect(await settle(inputOf(), context)).toMatchObject({
      outputs: { keys: 1000 },
      findings: { value: 1000, keys: 1000, expected: 1001 },
    });
    expect(await settle(inputOf({ appendOnly: true }), context)).toBe('partial');
    cli(port, 'config', 'set', 'appendonly', 'yes');
    expect(await settle(inputOf({ appendOnly: true }), context)).toBe('partial');
    cli(port, 'config', 'rewrite');
    expect(await settle(inputOf({ appendOnly: true }), context)).toMatchObject({ outputs: { keys: 1000 } });
    cli(port, 'flushall');
    expect(await settle(inputOf(), context)).toBe('partial');
  });

  it('takes the newest where none is pinned, with a password that is shown nowhere', async () => {
    const { outputs } = await restore({ password: `file:${password}` });
    expect(outputs).toMatchObject({ keys: 1001, point: 'tuesday.rdb' });
    expect(cli(port, 'get', 'last')).toContain('NOAUTH');
    expect(JSON.stringify([context.lines, outputs])).not.toContain('battery');
    expect(fs.statSync(join(destination, 'redis.conf')).mode & 0o077).toBe(0);
  });

  it('keeps an append-only file of what was loaded, and has all of it after a restart', async () => {
    await restore({ appendOnly: 'true' });
    expect(cli(port, 'dbsize')).toBe('1001');
    expect(fs.readFileSync(join(destination, 'redis.conf'), 'utf8')).toMatch(/^appendonly yes$/m);
    expect(fs.readdirSync(join(destination, 'appendonlydir')).length).toBeGreaterThan(1);
  });

  it.each([
    ['cut off', (bytes: Buffer) => bytes.subarray(0, bytes.length / 2)],
    ['altered', (bytes: Buffer) => Buffer.from(bytes.map((byte, at) => (at === 5_000 ? byte ^ 1 : byte)))],
    ['something else', () => Buffer.from('<html>404</html>')],
  ])('refuses a backup that is %s and leaves the old directory', async (_, damage) => {
    const file = join(backup, 'tuesday.rdb');
    fs.writeFileSync(file, damage(fs.readFileSync(file)));
    await expect(restore({ point: 'tuesday.rdb' })).rejects.toMatchObject({
      message: expect.stringMatching(
        /tuesday\.rdb is damaged, .* exited with 1 \(the file is cut off, altered.*It said: --- RDB ERROR DETECTED --- \[offset \d+\] [^[]+$/,
      ),
      kind: 'terminal',
    });
    expectUntouched();
  });

  it('refuses a backup that is gone, and a port at which something listens', async () => {
    await expect(restore({ point: 'sunday.rdb' })).rejects.toThrow('has no RDB file sunday.rdb');
    await restore();
    const other = contextOf(directory, { name: 'redis/1/recover/restore#2' });
    await expect(run(inputOf(), other)).rejects.toThrow(`Something listens on port ${port} already`);
  });
});

withRedis('redis.stop', () => {
  it('stops it, proves that it is silent, and says when it was stopped before', async () => {
    await restore();
    expect((await end()).found).toEqual({ alreadyStopped: false });
    expect((await end()).found).toEqual({ alreadyStopped: true });
  });

  it('says when it may not', async () => {
    await restore({ password: `file:${password}` });
    await expect(end({ password: 'wrong' })).rejects.toThrow('was told to end and did not');
  }, 30_000);
});
