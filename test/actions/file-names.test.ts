import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { readChecksums } from '../../actions/checksums.ts';
import { nameOf, openable, pathOf, shownPath } from '../../actions/file-names.ts';
import { description as checkDescription } from '../../actions/files.check/describe.ts';
import { run as check } from '../../actions/files.check/run.ts';
import { description } from '../../actions/files.restore/describe.ts';
import { run } from '../../actions/files.restore/run.ts';
import { everyFileBelow, filesBelow } from '../../actions/tree.ts';
import { contextOf, temporaryDirectory } from './action-context.ts';

const latin1 = (text: string) => Buffer.from(text, 'latin1');

describe('names of files', () => {
  it('come back as the bytes that they are, whatever those are', () => {
    const bytes = fc.uint8Array({ minLength: 1, maxLength: 40 }).map((one) => Buffer.from(one));
    fc.assert(
      fc.property(bytes, (one) => {
        expect(Buffer.from(openable(pathOf(one))).equals(one)).toBe(true);
        expect(() => encodeURIComponent(shownPath(pathOf(one)))).not.toThrow(); // As it does on lone surrogates.
      }),
    );
    fc.assert(fc.property(bytes, bytes, (a, b) => (nameOf(a) === nameOf(b)) === a.equals(b)));
  });

  it('stay as they are where they are UTF-8', () => {
    for (const name of ['a', 'café', '\ufffd', '😀', ' ']) {
      expect(nameOf(Buffer.from(name))).toBe(name);
      expect(openable(name)).toBe(name);
      expect(shownPath(name)).toBe(name);
    }
    expect(shownPath(nameOf(latin1('caf\xe9.txt')))).toBe('caf\\xe9.txt');
  });
});

describe('a backup whose names are not UTF-8', () => {
  let directory: string;
  let backup: string;
  const at = (name: string) => Buffer.concat([Buffer.from(`${backup}/`), latin1(name)]);
  const names = ['caf\xe9.txt', 'd\xe9p\xf4t/plain', 'd\xe9p\xf4t/\xc3\xa9\xff'];

  beforeEach(() => {
    directory = temporaryDirectory();
    backup = join(directory, 'up');
    fs.mkdirSync(backup);
    fs.mkdirSync(at('d\xe9p\xf4t'));
    for (const name of [...names, 'plain']) fs.writeFileSync(at(name), `what ${name} holds`);
    fs.symlinkSync('plain', at('l\xefnk'));
    fs.writeFileSync(`${backup}.json`, JSON.stringify({ time: '2024-05-01T03:00:00Z', id: 'up' }));
    const list = 'find . -type f -print0 | xargs -0 sha256sum >../up.sha256';
    execFileSync('sh', ['-c', list], { cwd: backup });
  });

  it.each(['a directory', 'an archive'])('is restored from %s', async (what) => {
    if (what === 'an archive') execFileSync('tar', ['-cf', `${backup}.tar`, '-C', backup, '.']);
    const from = what === 'an archive' ? `${backup}.tar` : backup;
    const destination = join(directory, 'there');
    const { outputs } = await run(
      description.input.parse({ backup: from, destination }),
      contextOf(directory),
    );
    expect(outputs).toMatchObject({ files: 4 });
    for (const name of names) {
      const file = Buffer.concat([Buffer.from(`${destination}/`), latin1(name)]);
      expect(fs.readFileSync(file, 'utf8')).toBe(`what ${name} holds`);
    }
  });

  it('is refused by a name that can be printed where it is damaged', async () => {
    fs.writeFileSync(at('caf\xe9.txt'), 'damaged');
    fs.writeFileSync(at('caf\xe8.txt'), 'one more');
    const destination = join(directory, 'there');
    const restored = run(description.input.parse({ backup, destination }), contextOf(directory));
    await expect(restored).rejects.toThrow(/caf\\\\xe[89]\.txt .*caf\\\\xe[89]\.txt /);
    expect(fs.existsSync(destination)).toBe(false);
    const input = checkDescription.input.parse({ directory: backup, manifest: `${backup}.sha256` });
    await expect(check(input, contextOf(directory))).rejects.toThrow(/1 different \("caf\\\\xe9\.txt"\)/);
  });

  it('is checked, and walked', async () => {
    const input = checkDescription.input.parse({ directory: backup, manifest: `${backup}.sha256` });
    expect((await check(input, contextOf(directory))).outputs).toMatchObject({ files: 4 });
    const walked: string[] = [];
    for await (const { path } of filesBelow(backup)) walked.push(path);
    for await (const { path } of everyFileBelow(backup)) walked.push(path);
    const known = await readChecksums(`${backup}.sha256`);
    expect(walked.toSorted()).toEqual([...known.keys(), ...known.keys()].toSorted());
  });

  it('names what is neither file nor directory so that it can be printed', async () => {
    execFileSync('sh', ['-c', `mkfifo "$(printf 'p\\351pe')"`], { cwd: backup });
    const walk = async () => {
      for await (const _ of filesBelow(backup));
    };
    await expect(walk()).rejects.toThrow('The backup holds p\\xe9pe, which is neither');
  });
});
