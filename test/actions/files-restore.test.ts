import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { besideOf } from '../../actions/destination.ts';
import { description } from '../../actions/files.restore/describe.ts';
import { list, run, settle } from '../../actions/files.restore/run.ts';
import { readMarker } from '../../actions/marker.ts';
import { readAsideNote } from '../../actions/set-aside.ts';
import { swapIn } from '../../actions/swap.ts';
import { contextOf, temporaryDirectory, type TestContext } from './action-context.ts';

const files: Record<string, string> = {
  'a/one.jpg': 'first picture',
  'a/deep/er/two.jpg': 'second picture'.repeat(10_000),
  'line\nbreak\\.txt': 'odd name',
  empty: '',
};

let directory: string;
let context: TestContext;
let destination: string;

beforeEach(() => {
  directory = temporaryDirectory();
  context = contextOf(directory);
  destination = join(directory, 'site', 'uploads');
});

/** A backup as its owner takes it: with tar and sha256sum. */
function takeBackup(kind: 'tar' | 'tar.gz' | 'directory' = 'tar.gz'): string {
  const tree = join(directory, 'uploads');
  for (const [path, text] of Object.entries(files)) {
    fs.mkdirSync(dirname(join(tree, path)), { recursive: true });
    fs.writeFileSync(join(tree, path), text);
  }
  const shell = (script: string) => execFileSync('sh', ['-c', script], { cwd: directory });
  shell('cd uploads && find . -type f -exec sha256sum {} + > ../uploads.sha256');
  fs.writeFileSync(join(directory, 'uploads.json'), '{"id": "night-7", "time": "2024-05-01T03:00:00+02:00"}');
  if (kind === 'directory') return tree;
  shell(`tar -c${kind === 'tar' ? '' : 'z'}f uploads.${kind} -C uploads .`);
  return join(directory, `uploads.${kind}`);
}

const restore = (backup: string, more: object = {}, own = context) =>
  run(description.input.parse({ backup, destination, ...more }), own);

const look = (backup: string) => settle(description.input.parse({ backup, destination }), context);

function put(path: string, text: string): void {
  fs.mkdirSync(dirname(path), { recursive: true });
  fs.writeFileSync(path, text);
}

const read = (path: string) => fs.readFileSync(join(destination, path), 'utf8');
const besides = () => fs.readdirSync(dirname(destination)).sort();
const bytes = Object.values(files).join('').length;

/** The old tree is as it was and nothing lies beside it. */
function expectUntouched(): void {
  expect(read('old.jpg')).toBe('old');
  expect(besides()).toEqual(['uploads']);
}

describe('files.restore', () => {
  it('lists the one recovery point that there is, and refuses a backup that took its place', async () => {
    const backup = takeBackup();
    const points = await list(description.input.parse({ backup, destination }), context);
    expect(points).toMatchObject([{ id: 'night-7', time: Date.parse('2024-05-01T01:00:00Z'), copy: backup }]);
    put(join(destination, 'old.jpg'), 'old');
    await expect(restore(backup, { point: 'night-6' })).rejects.toThrow(
      'is night-7 now, and night-6 was planned',
    );
    expectUntouched();
    expect((await restore(backup, { point: 'night-7' })).found?.point).toBe('night-7');
  });

  it.each(['tar', 'tar.gz', 'directory'] as const)('restores from a %s', async (kind) => {
    const { outputs, findings, found } = await restore(takeBackup(kind));
    for (const [path, text] of Object.entries(files)) expect(read(path)).toBe(text);
    expect(findings).toEqual({ value: 4, files: 4, bytes, mismatches: 0 });
    expect(outputs).toEqual({
      directory: destination,
      files: 4,
      bytes,
      aside: null,
      point: 'night-7',
      recoveredUpTo: '2024-05-01T01:00:00.000Z',
    });
    expect(found).toMatchObject({ recoveredUpTo: Date.parse('2024-05-01T01:00:00Z'), point: 'night-7' });
    expect((await readMarker(destination))?.try).toBe(context.try);
    expect(besides()).toEqual(['uploads']);
  });

  it.each(['tar', 'tar.gz', 'directory'] as const)('restores a part of a %s', async (kind) => {
    const backup = takeBackup(kind);
    const { outputs } = await restore(backup, { include: ['a/deep', 'empty'] });
    expect(outputs).toMatchObject({ files: 2, bytes: files['a/deep/er/two.jpg']!.length });
    expect(fs.readdirSync(destination).toSorted()).toEqual(['.muster-run.json', 'a', 'empty']);
    expect(fs.readdirSync(join(destination, 'a'))).toEqual(['deep']);
    await expect(restore(backup, { include: ['a', 'b'] })).rejects.toThrow('has no b. Nothing was replaced');
    for (const wrong of ['../a', '/etc', '-x', 'a/../..', './a', 'a/'])
      expect(description.input.safeParse({ backup, destination, include: [wrong] }).success).toBe(false);
  });

  it('sets the old tree aside, whole', async () => {
    put(join(destination, 'old.jpg'), 'old');
    const { outputs, found } = await restore(takeBackup());
    const { aside } = besideOf(destination, context);
    expect(outputs['aside']).toBe(aside);
    expect(fs.readdirSync(aside)).toEqual(['old.jpg']);
    expect(fs.existsSync(join(destination, 'old.jpg'))).toBe(false);
    expect(found?.made).toEqual([destination, aside]);
  });

  it('says how far it is, in bytes', async () => {
    await restore(takeBackup('directory'));
    expect(context.reports.at(-1)).toEqual({ done: bytes, total: bytes, unit: 'bytes', doing: 'verifying' });
  });

  it('restores a tree that an earlier run had marked', async () => {
    put(join(directory, 'uploads', '.muster-run.json'), '{"run":"r","token":"t","try":"earlier"}');
    await restore(takeBackup());
    expect((await readMarker(destination))?.try).toBe(context.try);
  });

  it('keeps links that stay inside', async () => {
    fs.mkdirSync(join(directory, 'uploads'));
    fs.symlinkSync('a/one.jpg', join(directory, 'uploads', 'newest'));
    await restore(takeBackup());
    expect(fs.readlinkSync(join(destination, 'newest'))).toBe('a/one.jpg');
  });
});

describe('files.restore leaves everything as it was', () => {
  beforeEach(() => put(join(destination, 'old.jpg'), 'old'));

  const manifest = () => join(directory, 'uploads.sha256');

  it('where a file is not as backed up', async () => {
    const backup = takeBackup('directory');
    put(join(backup, 'a/one.jpg'), 'first pictur3');
    await expect(restore(backup)).rejects.toMatchObject({
      message: expect.stringContaining('a/one.jpg (not as backed up)'),
      findings: { mismatches: 1 },
    });
    expectUntouched();
  });

  it('where a file is missing or one is too many', async () => {
    const backup = takeBackup('directory');
    fs.renameSync(join(backup, 'empty'), join(backup, 'renamed'));
    await expect(restore(backup)).rejects.toThrow(/renamed \(not in the manifest\), empty \(missing\)/);
    expectUntouched();
  });

  it('where the archive is cut off', async () => {
    const backup = takeBackup();
    fs.truncateSync(backup, fs.statSync(backup).size - 40);
    await expect(restore(backup)).rejects.toMatchObject({
      message: expect.stringMatching(
        /^Unpacking .* failed: tar exited with 2 \(it failed for good, and says/,
      ),
      kind: 'retryable',
    });
    expectUntouched();
  });

  it.each([
    ['is no manifest', 'hello\n', 'Line 1 of the manifest'],
    ['leads outside', `${'0'.repeat(64)}  ../../etc/passwd\n`, 'leads outside'],
    ['names a file twice', `${'0'.repeat(64)}  a\n${'0'.repeat(64)}  ./a\n`, 'a second time'],
    ['is empty', '# nothing\n', 'names no file'],
  ])('where the manifest %s', async (_, text, message) => {
    const backup = takeBackup();
    fs.writeFileSync(manifest(), text);
    await expect(restore(backup)).rejects.toThrow(message);
    expectUntouched();
  });

  it('where manifest, time or backup are missing', async () => {
    const backup = takeBackup();
    await expect(restore(join(directory, 'none.tar'))).rejects.toThrow('none.json is not there');
    fs.rmSync(manifest());
    await expect(restore(backup)).rejects.toThrow('cannot be read (ENOENT)');
    fs.writeFileSync(join(directory, 'uploads.json'), '{"time": "yesterday"}');
    await expect(restore(backup)).rejects.toThrow('must say up to when the backup is complete');
    expectUntouched();
  });

  it.each([
    ['a member with ..', `['../escaped.txt', 'out']`],
    ['an absolute member', `['/tmp/muster-escaped.txt', 'out']`],
    ['a link that leads out', `['way', '/etc', True]`],
    ['a link that climbs out', `['a/way', '../../x', True]`],
    ['links that lead out together', `['deep/up', '..', True], ['way', 'deep/up/../..', True]`],
    ['a file through a link that leads out', `['way', '${'/tmp'}', True], ['way/muster-escaped.txt', 'out']`],
  ])('where the archive holds %s', async (_, members) => {
    const backup = join(directory, 'uploads.tar');
    takeBackup('tar');
    const python = `
import io, tarfile
with tarfile.open('uploads.tar', 'a') as tar:
    for name, text, *link in [${members}]:
        info = tarfile.TarInfo(name)
        if link: info.type, info.linkname = tarfile.SYMTYPE, text
        else: info.size = len(text)
        tar.addfile(info, None if link else io.BytesIO(text.encode()))
`;
    execFileSync('python3', ['-c', python], { cwd: directory });
    await expect(restore(backup)).rejects.toThrow(/Unpacking|leads out|not in the manifest/);
    expectUntouched();
    expect(fs.existsSync('/tmp/muster-escaped.txt')).toBe(false);
    expect(fs.existsSync(join(directory, 'site', 'escaped.txt'))).toBe(false);
  });

  it('where the backup holds a pipe', async () => {
    const backup = takeBackup('directory');
    execFileSync('mkfifo', [join(backup, 'pipe')]);
    await expect(restore(backup)).rejects.toThrow('neither a file nor a directory');
    expectUntouched();
  });

  it('where there is too little room', async () => {
    const backup = takeBackup();
    fs.writeFileSync(
      join(directory, 'uploads.json'),
      `{"time": "2024-05-01T03:00:00Z", "bytes": 9007199254740991}`,
    );
    await expect(restore(backup)).rejects.toThrow(/has \d+ MB free, the restore needs \d+ MB/);
    expectUntouched();
  });

  it('where the step is stopped', async () => {
    const stop = new AbortController();
    const own = {
      ...contextOf(directory, { signal: stop.signal }),
      progress: () => stop.abort(new Error('stopped')),
    };
    await expect(restore(takeBackup(), {}, own)).rejects.toThrow('stopped');
    expectUntouched();
  });
});

describe('files.restore refuses a destination', () => {
  it('that is a link, a file, a mount point, or no plain path', async () => {
    const backup = takeBackup();
    const link = join(directory, 'link');
    fs.symlinkSync('uploads', link);
    await expect(restore(backup, { destination: link })).rejects.toThrow('is a symbolic link');
    await expect(restore(backup, { destination: backup })).rejects.toThrow('is no directory');
    await expect(restore(backup, { destination: '/proc' })).rejects.toThrow('is a mount point');
    await expect(restore(backup, { destination: `${directory}/a/../b` })).rejects.toThrow('no plain path');
  });
});

describe('a swap that was interrupted', () => {
  const journal = () => `${destination}.swap.json`;

  /** What a crash leaves: the journal, and the build with its marker, as `run` makes them. */
  async function interrupted(state: 'before' | 'between' | 'after'): Promise<string> {
    const backup = takeBackup();
    const { build, aside } = besideOf(destination, context);
    await restore(backup);
    fs.renameSync(destination, build);
    put(join(destination, 'old.jpg'), 'old');
    fs.writeFileSync(journal(), JSON.stringify({ run: context.run, try: context.try }));
    if (state !== 'before') fs.renameSync(destination, aside);
    if (state === 'after') fs.renameSync(build, destination);
    return backup;
  }

  it.each(['before', 'between', 'after'] as const)('is finished at the next look (%s)', async (state) => {
    const backup = await interrupted(state);
    expect(await look(backup)).toMatchObject({ outputs: { files: 4, point: 'night-7' } });
    expect(read('a/one.jpg')).toBe('first picture');
    expect(fs.readFileSync(join(besideOf(destination, context).aside, 'old.jpg'), 'utf8')).toBe('old');
    expect(fs.existsSync(journal())).toBe(false);
  });

  it('is finished by the next try, which sets the result of the first aside', async () => {
    const backup = await interrupted('between');
    const second = contextOf(directory, { name: 'system/1/recover/step#2' });
    const { outputs } = await restore(backup, {}, second);
    expect(fs.existsSync(join(String(outputs['aside']), 'a/one.jpg'))).toBe(true);
    expect(fs.existsSync(join(besideOf(destination, context).aside, 'old.jpg'))).toBe(true);
  });

  it('is undone where the build is gone', async () => {
    const backup = await interrupted('between');
    fs.rmSync(besideOf(destination, context).build, { recursive: true });
    expect(await look(backup)).toBe('not-done');
    expect(read('old.jpg')).toBe('old');
  });

  it.each(['before', 'between', 'after'] as const)(
    'is left as it is by another run, which says whose it is (%s)',
    async (state) => {
      const backup = await interrupted(state);
      if (state === 'before') put(join(destination, 'old.jpg'), 'live data of today');
      const all = () =>
        execFileSync('find', ['.', '-printf', '%p %i %s\n'], { cwd: dirname(destination) }).toString();
      const before = all();
      const other = contextOf(directory, { run: 'shop-2' });
      await expect(restore(backup, {}, other)).rejects.toMatchObject({
        message: expect.stringMatching(
          /says that run shop-1 \(try system\/1\/recover\/step#1\).* remove the file/,
        ),
        kind: 'terminal',
      });
      await expect(restore(join(directory, 'none.tar'), {}, other)).rejects.toThrow('`muster steps shop-1`');
      expect(all()).toBe(before);
      fs.rmSync(journal());
      expect((await restore(backup, {}, other)).outputs['files']).toBe(4);
    },
  );

  it('is noted as set aside where the note was not written yet', async () => {
    const backup = await interrupted('before');
    const { aside } = besideOf(destination, context);
    await look(backup);
    expect(await readAsideNote(aside)).toMatchObject({ run: context.run, try: context.try, place: aside });
  });

  it.each<[string, (file: string) => void, RegExp]>([
    [
      'names paths',
      (file) => fs.writeFileSync(file, '{"build": "/etc", "aside": "/tmp/x"}'),
      /does not hold/,
    ],
    ['is cut off', (file) => fs.writeFileSync(file, '{"run": "shop-1", "tr'), /does not hold/],
    ['is a link', (file) => fs.symlinkSync('elsewhere.json', file), /is a symbolic link/],
    ['is a pipe', (file) => void execFileSync('mkfifo', [file]), /is no file/],
  ])('is not believed where the journal %s', async (_, forge, message) => {
    const backup = takeBackup();
    put(join(destination, 'old.jpg'), 'old');
    const told = { run: context.run, try: context.try };
    put(join(dirname(destination), 'elsewhere.json'), JSON.stringify(told));
    forge(journal());
    await expect(restore(backup)).rejects.toThrow(message);
    await expect(look(backup)).rejects.toThrow('Nothing was touched');
    expect(read('old.jpg')).toBe('old');
    expect(besides()).toEqual(['elsewhere.json', 'uploads', 'uploads.swap.json']);
  });

  const asRoot = process.geteuid?.() === 0 ? describe : describe.skip;
  asRoot('as root', () => {
    it('is not believed where the journal belongs to somebody else', async () => {
      const backup = await interrupted('between');
      fs.chownSync(journal(), 65_534, 65_534);
      await expect(look(backup)).rejects.toThrow('belongs to user 65534');
      expect(fs.existsSync(destination)).toBe(false);
    });
  });

  it('keeps a second run out while the first swaps', async () => {
    put(join(destination, 'old.jpg'), 'old');
    const other = contextOf(directory, { run: 'shop-2' });
    const { build } = besideOf(destination, context);
    put(join(build, 'new.jpg'), 'new');
    fs.writeFileSync(journal(), JSON.stringify({ run: other.run, try: other.try }));
    await expect(swapIn({ destination }, context)).rejects.toThrow('Another restore is being swapped in');
    expect(read('old.jpg')).toBe('old');
    expect(fs.readFileSync(journal(), 'utf8')).toContain('shop-2');
  });

  it('loses nothing where two runs restore to one place at once', async () => {
    const backup = takeBackup();
    put(join(destination, 'old.jpg'), 'old');
    const both = ['shop-1', 'shop-2'].map((name) =>
      contextOf(directory, { run: name, name: `${name}/1/recover/r#1` }),
    );
    const ended = await Promise.allSettled(both.map((own) => restore(backup, {}, own)));
    const refused = ended.flatMap((one) => (one.status === 'rejected' ? [one.reason as Error] : []));
    expect(refused.length).toBeLessThan(2);
    for (const { message } of refused) expect(message).toMatch(/is being swapped in|is swapping/);
    const olds = besides().filter((name) => fs.existsSync(join(dirname(destination), name, 'old.jpg')));
    expect(olds).toEqual([expect.stringMatching(/^uploads\.aside-[0-9a-f]{12}$/)]);
    expect(fs.existsSync(journal())).toBe(false);
  });

  it('is left to people where something new stands in the place', async () => {
    const backup = await interrupted('between');
    put(join(destination, 'new.jpg'), 'new');
    await expect(look(backup)).rejects.toThrow('Decide which is right');
  });

  it('that never began is not done, and the next try of the run removes what was built', async () => {
    const backup = takeBackup();
    const { build } = besideOf(destination, context);
    put(join(build, '.muster-run.json'), JSON.stringify({ run: context.run, token: 't', try: 'x' }));
    put(join(`${destination}.new-of-others`, 'keep'), 'mine');
    expect(await look(backup)).toBe('not-done');
    await restore(backup, {}, contextOf(directory, { name: 'system/1/recover/step#2' }));
    expect(besides()).toEqual(['uploads', 'uploads.new-of-others']);
  });
});

describe('the digests of a restored tree', () => {
  it('are those of the backup', async () => {
    await restore(takeBackup());
    const sum = createHash('sha256').update(read('a/deep/er/two.jpg')).digest('hex');
    expect(fs.readFileSync(join(directory, 'uploads.sha256'), 'utf8')).toContain(
      `${sum}  ./a/deep/er/two.jpg`,
    );
  });
});
