import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import * as fs from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { besideOf } from '../../actions/destination.ts';
import { readMarker, writeMarker } from '../../actions/marker.ts';
import { description as checking } from '../../actions/restic.check/describe.ts';
import { run as check } from '../../actions/restic.check/run.ts';
import { description } from '../../actions/restic.restore/describe.ts';
import { list, run, settle } from '../../actions/restic.restore/run.ts';
import { contextOf, temporaryDirectory, type TestContext } from './action-context.ts';

const installed = ['/usr/bin/restic', '/usr/local/bin/restic'].some(fs.existsSync);
const withRestic = installed || process.env['CI'] ? describe : describe.skip;

/** One repository for all tests: the uploads of monday, and of tuesday with one more. */
const original = temporaryDirectory();
const uploads = join(original, 'srv', 'uploads');
const kept = join(original, 'repository');
const passwordFile = join(original, 'password');
const ids: string[] = [];

function restic(repository: string, ...argv: string[]): string {
  return execFileSync('restic', ['--repo', repository, '--no-cache', ...argv], {
    encoding: 'utf8',
    env: { ...process.env, RESTIC_PASSWORD_FILE: passwordFile },
  });
}

function put(path: string, text: string | Buffer): void {
  fs.mkdirSync(dirname(path), { recursive: true });
  fs.writeFileSync(path, text);
}

beforeAll(() => {
  if (!installed) return;
  put(passwordFile, 'correct horse battery staple\n');
  put(join(uploads, 'aa', 'one.jpg'), 'first picture');
  put(join(uploads, 'bb', '-odd name\n.jpg'), randomBytes(3_000_000));
  restic(kept, 'init');
  restic(kept, 'backup', '--host', 'shop', '--tag', 'nightly', uploads);
  put(join(uploads, 'cc', 'three.jpg'), 'third picture');
  restic(kept, 'backup', '--host', 'shop', '--tag', 'nightly', uploads);
  restic(kept, 'backup', '--host', 'elsewhere', join(uploads, 'aa'));
  const all = JSON.parse(restic(kept, 'snapshots', '--json')) as { id: string }[];
  ids.push(...all.map(({ id }) => id));
}, 60_000);

let directory: string;
let repository: string;
let destination: string;
let context: TestContext;

beforeEach(() => {
  directory = temporaryDirectory();
  repository = join(directory, 'repository');
  if (installed) fs.cpSync(kept, repository, { recursive: true });
  destination = join(directory, 'site', 'uploads');
  context = contextOf(directory);
  put(join(destination, 'old.jpg'), 'old');
});

const inputOf = (more: object) =>
  description.input.parse({
    repository,
    password: `file:${passwordFile}`,
    host: 'shop',
    destination,
    ...more,
  });
const restore = (more: object = {}) => run(inputOf(more), context);
const besides = () => fs.readdirSync(dirname(destination)).sort((a, b) => a.localeCompare(b));

function expectUntouched(): void {
  expect(fs.readFileSync(join(destination, 'old.jpg'), 'utf8')).toBe('old');
  expect(besides()).toEqual(['uploads']);
}

/** The packs of a repository, the largest first: the first holds the pictures. */
const packs = () =>
  fs
    .readdirSync(join(repository, 'data'), { recursive: true, encoding: 'utf8' })
    .map((name) => join(repository, 'data', name))
    .filter((file) => fs.statSync(file).isFile())
    .sort((a, b) => fs.statSync(b).size - fs.statSync(a).size);

function damage(how: (bytes: Buffer) => Buffer): void {
  for (const file of packs().slice(0, 1)) {
    fs.chmodSync(file, 0o600);
    fs.writeFileSync(file, how(fs.readFileSync(file)));
  }
}

withRestic('restic.restore', () => {
  it('lists the snapshots that fit', async () => {
    const points = await list(inputOf({}), context);
    expect(points.map(({ id, kind, copy }) => [id, kind, copy])).toEqual(
      ids.slice(0, 2).map((id) => [id, 'snapshot', repository]),
    );
    expect(await list(inputOf({ path: '/elsewhere' }), context)).toEqual([]);
    expect(await list(inputOf({ host: 'elsewhere' }), context)).toHaveLength(1);
  });

  it('restores the one that is pinned, sets the old directory aside, and says what came back', async () => {
    const { outputs, findings, found } = await restore({ snapshot: ids[0] });
    expect(fs.readFileSync(join(destination, 'bb', '-odd name\n.jpg'))).toHaveLength(3_000_000);
    expect(fs.existsSync(join(destination, 'cc'))).toBe(false);
    expect(findings).toEqual({ value: 2, files: 2, bytes: 3_000_013 });
    expect(outputs).toMatchObject({ directory: destination, point: ids[0] });
    expect(fs.readFileSync(join(String(outputs['aside']), 'old.jpg'), 'utf8')).toBe('old');
    expect(await readMarker(destination)).toMatchObject({ run: 'shop-1', try: context.try });
    expect(found).toMatchObject({ point: ids[0], made: [destination, outputs['aside']] });
    expect(found!.newestRecord).toBeLessThanOrEqual(found!.recoveredUpTo!);
    expect(context.reports.at(-1)).toMatchObject({ unit: 'bytes', total: 3_000_013 });
  });

  it('takes the newest that fits where none is pinned', async () => {
    expect((await restore()).outputs).toMatchObject({ files: 3, point: ids[1] });
  });

  it('restores a part, and a directory inside of what was backed up', async () => {
    expect((await restore({ include: ['cc'] })).findings).toEqual({ value: 1, files: 1, bytes: 13 });
    expect(fs.readdirSync(destination).filter((name) => !name.startsWith('.'))).toEqual(['cc']);
    context = contextOf(directory, { name: 'uploads/1/recover/restore#3' });
    expect((await restore({ include: ['**/one.jpg', 'c?'] })).findings).toMatchObject({ files: 2 });
    context = contextOf(directory, { name: 'uploads/1/recover/restore#2' });
    expect((await restore({ path: join(uploads, 'aa') })).findings).toMatchObject({ files: 1 });
    expect(fs.existsSync(join(destination, 'one.jpg'))).toBe(true);
  });

  it.each([
    ['a snapshot that is gone', { snapshot: 'deadbeef' }, 'has no snapshot deadbeef'],
    ['a path that is not in it', { path: '/etc' }, 'and no /etc'],
    ['nothing of what is asked for', { include: ['nowhere'] }, `has no ${uploads}/nowhere. Nothing was`],
    ['a part of what is asked for', { include: ['cc', 'dd'] }, `has no ${uploads}/dd. Nothing was`],
    ['a pattern that fits nothing', { include: ['*/one.jpg', '*/*.gif'] }, `has no ${uploads}/*/*.gif.`],
    ['a name as a part of another', { include: ['cc', 'a'] }, `has no ${uploads}/a.`],
    ['a wrong password', { password: 'wrong' }, 'wrong password'],
    ['no repository', { repository: '/nowhere' }, 'unable to open config file'],
  ])('refuses %s and leaves the old directory', async (_, more, words) => {
    await expect(restore(more)).rejects.toThrow(words);
    expectUntouched();
  });

  it('restores a file whose name is not UTF-8', async () => {
    const from = join(directory, 'latin');
    const file = (below: string) =>
      Buffer.concat([Buffer.from(below), Buffer.from('/caf\xe9.txt', 'latin1')]);
    fs.mkdirSync(from);
    fs.writeFileSync(file(from), 'coffee');
    restic(repository, 'backup', '--host', 'latin', from);
    expect((await restore({ host: 'latin' })).outputs).toMatchObject({ files: 1, bytes: 6 });
    expect(fs.readFileSync(file(destination), 'utf8')).toBe('coffee');
  });

  it('refuses data that is truncated before restic gives it up, and leaves the old directory', async () => {
    damage((bytes) => bytes.subarray(0, bytes.length / 2));
    await expect(restore()).rejects.toThrow(/The repository is damaged: data\/|restic exited with 1/);
    expectUntouched();
  });

  it('refuses data of which a bit has flipped, and leaves the old directory', async () => {
    damage((bytes) => Buffer.from(bytes.map((byte, at) => (at % 97 === 50 ? byte ^ 1 : byte))));
    await expect(restore()).rejects.toThrow(/The repository is damaged: data\/|restic exited with 1/);
    expectUntouched();
    const wrong = checking.input.parse({ repository, password: `file:${passwordFile}`, read: '100%' });
    await expect(check(wrong, context)).rejects.toThrow('failed: restic exited with 1');
  });

  it('refuses a repository that lacks a file, and leaves the old directory', async () => {
    for (const pack of packs().slice(0, 1)) fs.rmSync(pack, { force: true });
    await expect(restore()).rejects.toThrow(/The repository is damaged: data\/|restic exited with 1/);
    expectUntouched();
  });

  it('never shows the password', async () => {
    await restore();
    expect(JSON.stringify([context.lines, context.reports])).not.toContain('battery');
  });

  it('stops when it is told to, and leaves the old directory', async () => {
    const stop = new AbortController();
    context = contextOf(directory, { signal: stop.signal });
    const restoring = restore();
    stop.abort(new Error('stopped by people'));
    await expect(restoring).rejects.toThrow('stopped by people');
    expectUntouched();
  });

  it('is known to be done, or not, whenever it was interrupted', async () => {
    expect(await settle(inputOf({}), context)).toBe('not-done');
    const { build } = besideOf(destination, context);
    put(join(build, 'half'), 'half');
    await writeMarker(build, context);
    expect(await settle(inputOf({}), context)).toBe('not-done');
    const result = await restore();
    expect(fs.existsSync(build)).toBe(false);
    expect(await settle(inputOf({}), context)).toEqual(result);
  });
});

withRestic('restic.check', () => {
  it('passes on a repository that is whole', async () => {
    const input = checking.input.parse({ repository, password: `file:${passwordFile}`, read: '100%' });
    expect((await check(input, context)).findings).toEqual({ value: true, whole: true });
  });
});
