import { execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import * as fs from 'node:fs';
import { connect } from 'node:net';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { besideOf } from '../../actions/destination.ts';
import { readMarker, writeMarker } from '../../actions/marker.ts';
import { timeOf } from '../../actions/rclone.restore/backups.ts';
import { description } from '../../actions/rclone.restore/describe.ts';
import { list, run, settle } from '../../actions/rclone.restore/run.ts';
import { contextOf, temporaryDirectory, type TestContext } from './action-context.ts';
import { freePort } from './postgres-cluster.ts';

const installed = ['/usr/bin/rclone', '/usr/local/bin/rclone'].some(fs.existsSync);
const withRclone = installed || process.env['CI'] ? describe : describe.skip;

const [monday, tuesday] = ['2024-05-06T03-00', '2024-05-07T03-00'];
const odd = 'bb/[odd] na*me {1}.jpg';
const secret = 'correct horse battery staple';
const original = temporaryDirectory();

function put(path: string, text: string | Buffer): void {
  fs.mkdirSync(dirname(path), { recursive: true });
  fs.writeFileSync(path, text);
}

const rclone = (env: Record<string, string>, ...argv: string[]) =>
  execFileSync('rclone', ['--config=', ...argv], { encoding: 'utf8', env: { ...process.env, ...env } });

/** The passwords of remotes are obscured in what rclone reads. */
const obscured = (password: string) => rclone({}, 'obscure', password).trim();

const cryptAt = (directory: string, password: string) => ({
  RCLONE_CONFIG_VAULT_TYPE: 'crypt',
  RCLONE_CONFIG_VAULT_REMOTE: directory,
  RCLONE_CONFIG_VAULT_PASSWORD: password,
});

/** Dated copies with their manifests, as they are and encrypted; one that is no backup, and one without a manifest. */
beforeAll(() => {
  if (!installed) return;
  const plain = join(original, 'plain');
  for (const day of [monday, tuesday]) {
    put(join(plain, day, 'aa', 'one.jpg'), 'first picture');
    put(join(plain, day, odd), randomBytes(3_000_000));
    fs.symlinkSync('aa/one.jpg', join(plain, day, 'link.jpg'));
    fs.chmodSync(join(plain, day, 'aa', 'one.jpg'), 0o640);
  }
  put(join(plain, tuesday, 'cc', 'three.jpg'), 'third picture');
  for (const day of [monday, tuesday])
    execFileSync('sh', ['-c', `cd ${day} && find . -type f -exec sha256sum {} + > ../${day}.sha256`], {
      cwd: plain,
    });
  put(join(plain, '2024-05-08T03-00', 'half'), 'still being copied');
  put(join(plain, 'lost+found', 'x'), 'x');
  rclone(cryptAt(join(original, 'crypt'), obscured(secret)), 'copy', '--links', plain, 'vault:');
});

let directory: string;
let destination: string;
let context: TestContext;

beforeEach(() => {
  directory = temporaryDirectory();
  if (installed)
    for (const kind of ['plain', 'crypt'])
      fs.cpSync(join(original, kind), join(directory, kind), { recursive: true, verbatimSymlinks: true });
  destination = join(directory, 'site', 'uploads');
  context = contextOf(directory);
  put(join(destination, 'old.jpg'), 'old');
});

const plainRemote = () => ({
  source: 'backup:',
  env: { RCLONE_CONFIG_BACKUP_TYPE: 'alias', RCLONE_CONFIG_BACKUP_REMOTE: join(directory, 'plain') },
});
const cryptRemote = (password = secret) => {
  put(join(directory, 'password'), `${obscured(password)}\n`);
  return { source: 'vault:', env: cryptAt(join(directory, 'crypt'), `file:${join(directory, 'password')}`) };
};
const inputOf = (more: object) => description.input.parse({ destination, ...more });
const restore = (more: object) => run(inputOf(more), context);
const besides = () => fs.readdirSync(dirname(destination)).sort((a, b) => a.localeCompare(b));

function expectUntouched(): void {
  expect(fs.readFileSync(join(destination, 'old.jpg'), 'utf8')).toBe('old');
  expect(besides()).toEqual(['uploads']);
}

/** The largest file of a copy, which holds the picture that is damaged. */
function largest(kind: 'plain' | 'crypt', below = ''): string {
  const root = join(directory, kind, below);
  const files = fs.readdirSync(root, { recursive: true, encoding: 'utf8' }).map((name) => join(root, name));
  return files.sort((a, b) => fs.lstatSync(b).size - fs.lstatSync(a).size)[0]!;
}

const flip = (file: string) => {
  const bytes = fs.readFileSync(file);
  bytes[1_000_000]! ^= 1;
  fs.writeFileSync(file, bytes);
};

describe('the name of a dated directory', () => {
  it.each([
    ['2024-05-01T03-00', '2024-05-01T03:00:00.000Z'],
    ['20240501T030000Z', '2024-05-01T03:00:00.000Z'],
    ['2024-05-01_03:00:07', '2024-05-01T03:00:07.000Z'],
    ['20240501', '2024-05-01T00:00:00.000Z'],
  ])('%s says %s', (name, time) => {
    expect(new Date(timeOf(name)!).toISOString()).toBe(time);
  });

  it.each(['lost+found', '2024-13-01', '2024-05', 'latest'])('%s says no time', (name) => {
    expect(timeOf(name)).toBeUndefined();
  });
});

withRclone('rclone.restore', () => {
  it('lists the dated copies that have a manifest, or all of them', async () => {
    const points = await list(inputOf(plainRemote()), context);
    expect(points.map(({ id, copy, kind }) => [id, copy, kind])).toEqual([
      [monday, 'backup:', 'directory'],
      [tuesday, 'backup:', 'directory'],
    ]);
    expect(points[0]!.time).toBe(Date.parse('2024-05-06T03:00:00Z'));
    expect(await list(inputOf({ ...plainRemote(), verify: 'source' }), context)).toHaveLength(3);
    expect(await list(inputOf(cryptRemote()), context)).toHaveLength(2);
  });

  it('restores the one that is pinned, sets the old directory aside, and says what came back', async () => {
    const { outputs, findings, found } = await restore({ ...plainRemote(), point: monday });
    expect(fs.readFileSync(join(destination, odd))).toHaveLength(3_000_000);
    expect(fs.readlinkSync(join(destination, 'link.jpg'))).toBe('aa/one.jpg');
    expect(fs.statSync(join(destination, 'aa', 'one.jpg')).mode & 0o777).toBe(0o640);
    expect(fs.existsSync(join(destination, 'cc'))).toBe(false);
    expect(findings).toEqual({ value: 2, files: 2, bytes: 3_000_013, mismatches: 0 });
    expect(outputs).toMatchObject({ point: monday, recoveredUpTo: '2024-05-06T03:00:00.000Z' });
    expect(fs.readFileSync(join(String(outputs['aside']), 'old.jpg'), 'utf8')).toBe('old');
    expect(await readMarker(destination)).toMatchObject({ run: 'shop-1', try: context.try });
    expect(found).toMatchObject({ point: monday, recoveredUpTo: Date.parse('2024-05-06T03:00:00Z') });
    expect(context.reports.some(({ doing }) => doing === 'copying')).toBe(true);
    expect(context.reports.at(-1)).toMatchObject({ unit: 'bytes', done: 3_000_013, doing: 'verifying' });
  });

  it('restores the newest of a crypt remote, and never shows its password', async () => {
    const remote = cryptRemote();
    expect((await restore(remote)).outputs).toMatchObject({ files: 3, point: tuesday });
    const hidden = fs.readFileSync(join(directory, 'password'), 'utf8').trim();
    expect(JSON.stringify([context.lines, context.reports])).not.toContain(hidden);
  });

  it('restores a part: a directory and a file by their names, whatever is in those', async () => {
    expect((await restore({ ...plainRemote(), include: ['cc', 'link.jpg', odd] })).findings).toMatchObject({
      files: 2,
    });
    expect(
      fs
        .readdirSync(destination)
        .filter((name) => !name.startsWith('.'))
        .sort(),
    ).toEqual(['bb', 'cc', 'link.jpg']);
    context = contextOf(directory, { name: 'uploads/1/recover/restore#2' });
    expect(
      (await restore({ ...cryptRemote(), include: ['aa'], verify: 'source', point: monday })).findings,
    ).toMatchObject({ files: 1 });
  });

  it('compares with the source where there is no manifest', async () => {
    const remote = { ...plainRemote(), verify: 'source', point: '2024-05-08T03-00' };
    expect((await restore(remote)).findings).toMatchObject({ files: 1, bytes: 18 });
  });

  it('takes its remotes from a configuration file', async () => {
    const config = join(directory, 'rclone.conf');
    put(config, `[backup]\ntype = alias\nremote = ${join(directory, 'plain')}\n`);
    expect((await restore({ source: 'backup:', config })).outputs).toMatchObject({ files: 3 });
  });

  it('brings back a tree that an earlier run had restored, with a marker of its own', async () => {
    put(join(directory, 'plain', monday, '.muster-run.json'), '{"run":"old","token":"x","try":"y"}');
    await restore({ ...plainRemote(), point: monday });
    expect(await readMarker(destination)).toMatchObject({ run: 'shop-1' });
  });

  it.each([
    [
      'a point that is gone',
      () => ({ ...plainRemote(), point: '2024-05-01' }),
      'has no directory 2024-05-01',
    ],
    ...['manifest', 'source'].map((verify): [string, () => object, string] => [
      `a part of what is asked for (${verify})`,
      () => ({ ...plainRemote(), point: monday, verify, include: ['aa', 'invoices', 'a'] }),
      'has no invoices, no a, or no file in it. Nothing was replaced.',
    ]),
    [
      'nothing of what is asked for',
      () => ({ ...plainRemote(), include: ['nowhere'] }),
      'Nothing of what was asked for',
    ],
    [
      'no such directory',
      () => ({ ...plainRemote(), source: 'backup:nowhere' }),
      'rclone exited with 3 (the directory is not there)',
    ],
    ['no such remote', () => ({ ...plainRemote(), source: 'other:' }), "didn't find section in config file"],
    ['a wrong password', () => cryptRemote('wrong'), 'the password of the crypt remote is wrong'],
  ])('refuses %s and leaves the old directory', async (_, given, words) => {
    await expect(restore(given())).rejects.toThrow(words);
    expectUntouched();
  });

  it.each([
    ['of which a bit has flipped', flip, /not as backed up/, /bad password/],
    [
      'that are truncated',
      (file: string) => fs.truncateSync(file, 1_500_000),
      /not as backed up/,
      /bad password|unexpected EOF/,
    ],
    ['that are missing', (file: string) => fs.rmSync(file), /\(missing\)/, /\(missing\)/],
  ])(
    'refuses files %s, plain and encrypted, and leaves the old directory',
    async (_, spoil, plain, crypt) => {
      for (const file of [largest('plain', tuesday)]) spoil(file);
      await expect(restore(plainRemote())).rejects.toThrow(plain);
      expectUntouched();
      const all = largest('crypt');
      for (const file of fs.readdirSync(dirname(dirname(dirname(all))), {
        recursive: true,
        encoding: 'utf8',
      })) {
        const one = join(dirname(dirname(dirname(all))), file);
        if (fs.lstatSync(one).size > 1_000_000) spoil(one);
      }
      await expect(restore(cryptRemote())).rejects.toThrow(crypt);
      expectUntouched();
    },
  );

  it.each([
    ['is damaged', (file: string) => fs.appendFileSync(file, '0123abc'), 'is no line of a manifest'],
    [
      'is of another day',
      (file: string) => fs.copyFileSync(file.replace(tuesday, monday), file),
      'is not what its manifest says',
    ],
  ])('refuses a copy whose manifest %s', async (_, spoil, words) => {
    spoil(join(directory, 'plain', `${tuesday}.sha256`));
    await expect(restore(plainRemote())).rejects.toThrow(words);
    expectUntouched();
  });

  it('refuses a link that leads out, and does nothing to what it leads to', async () => {
    const outside = join(directory, 'outside');
    fs.writeFileSync(outside, 'x', { mode: 0o600 });
    fs.symlinkSync(outside, join(directory, 'plain', tuesday, 'aa', 'link'));
    await expect(restore(plainRemote())).rejects.toThrow('a link that leads out of it: aa/link');
    expect(fs.statSync(outside).mode & 0o777).toBe(0o600);
    expectUntouched();
  });

  it('stops when it is told to, and leaves the old directory', async () => {
    const stop = new AbortController();
    context = contextOf(directory, { signal: stop.signal });
    const restoring = restore({ ...plainRemote(), env: { ...plainRemote().env, RCLONE_BWLIMIT: '100k' } });
    while (!context.reports.some(({ doing }) => doing === 'copying')) await sleep(50);
    stop.abort(new Error('stopped by people'));
    await expect(restoring).rejects.toThrow('stopped by people');
    expectUntouched();
  });

  it('is known to be done, or not, whenever it was interrupted', async () => {
    const input = inputOf(plainRemote());
    expect(await settle(input, context)).toBe('not-done');
    const { build } = besideOf(destination, context);
    put(join(build, 'half'), 'half');
    await writeMarker(build, context);
    expect(await settle(input, context)).toBe('not-done');
    const result = await run(input, context);
    expect(fs.existsSync(build)).toBe(false);
    expect(await settle(input, context)).toEqual(result);
  });

  it.each(['webdav', 'sftp'])('restores over %s, with a password', async (protocol) => {
    const port = await freePort();
    const address = ['--addr', `127.0.0.1:${port}`, '--user', 'backup', '--pass', 'sesame'];
    const server = spawn('rclone', ['--config=', 'serve', protocol, ...address, join(directory, 'plain')], {
      stdio: 'ignore',
    });
    try {
      await listening(port);
      put(join(directory, 'sesame'), obscured('sesame'));
      const name = 'RCLONE_CONFIG_FAR';
      const env = {
        ...{
          [`${name}_TYPE`]: protocol,
          [`${name}_USER`]: 'backup',
          [`${name}_PASS`]: `file:${join(directory, 'sesame')}`,
        },
        ...(protocol === 'sftp'
          ? { [`${name}_HOST`]: '127.0.0.1', [`${name}_PORT`]: String(port), [`${name}_SHELL_TYPE`]: 'none' }
          : { [`${name}_URL`]: `http://127.0.0.1:${port}`, [`${name}_VENDOR`]: 'other' }),
      };
      expect((await restore({ source: 'far:', env, point: tuesday })).outputs).toMatchObject({
        point: tuesday,
        files: 3,
      });
      put(join(directory, 'sesame'), obscured('open'));
      await expect(
        restore({ source: 'far:', env: { ...env, RCLONE_RETRIES: '1', RCLONE_LOW_LEVEL_RETRIES: '1' } }),
      ).rejects.toThrow(/failed: rclone exited with/);
    } finally {
      server.kill();
      await once(server, 'exit');
    }
  });
});

async function listening(port: number): Promise<void> {
  for (;;) {
    const socket = connect({ host: '127.0.0.1', port });
    const reached = await once(socket, 'connect').then(() => true, () => false); // prettier-ignore
    socket.destroy();
    if (reached) return;
    await sleep(50);
  }
}
