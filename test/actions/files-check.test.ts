import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { description } from '../../actions/files.check/describe.ts';
import { run } from '../../actions/files.check/run.ts';
import { contextOf, temporaryDirectory, type TestContext } from './action-context.ts';

let tree: string;
let manifest: string;
let context: TestContext;

/** A tree with a manifest as sha256sum makes it. */
beforeEach(() => {
  const directory = temporaryDirectory();
  context = contextOf(directory);
  tree = join(directory, 'tree');
  manifest = join(directory, 'tree.sha256');
  mkdirSync(join(tree, 'deep'), { recursive: true });
  for (const name of ['one', 'deep/two', 'line\nbreak\\', '-rf'])
    writeFileSync(join(tree, name), `of ${name}`);
  execFileSync('sh', ['-c', 'find . -type f -exec sha256sum {} + > ../tree.sha256'], { cwd: tree });
});

const check = (more: Record<string, string> = {}, within = context) =>
  run(description.input.parse({ directory: tree, manifest, ...more }), within);

describe('files.check', () => {
  it('finds every file as the manifest says', async () => {
    const { findings } = await check();
    expect(findings).toEqual({
      value: 4,
      expected: 4,
      files: 4,
      bytes: 37,
      missing: 0,
      extra: 0,
      different: 0,
      refused: 0,
    });
    expect(context.reports.at(-1)).toMatchObject({ done: 37, unit: 'bytes' });
  });

  it('tells missing, different and extra files apart', async () => {
    rmSync(join(tree, 'one'));
    writeFileSync(join(tree, 'deep/two'), 'of deep/twO');
    writeFileSync(join(tree, 'new'), 'x');
    await expect(check()).rejects.toMatchObject({
      message: expect.stringMatching(
        /1 missing \("one"\); 1 different \("deep\/two"\); 1 not in the manifest \("new"\)/,
      ),
      findings: { value: 2, expected: 4, missing: 1, different: 1, extra: 1 },
    });
  });

  it('counts extra files where they are allowed', async () => {
    writeFileSync(join(tree, 'new'), 'x');
    await expect(check({ extra: 'allow' })).resolves.toMatchObject({ findings: { value: 4, extra: 1 } });
  });

  it('names few of many', async () => {
    for (let index = 0; index < 300; index += 1) writeFileSync(join(tree, `new-${index}`), '');
    const failed = await check().catch((error: Error) => error);
    expect(failed).toMatchObject({ findings: { extra: 300 } });
    expect((failed as Error).message.length).toBeLessThan(500);
  });

  it('takes neither a link nor a pipe for the file, and opens neither', async () => {
    for (const name of ['one', '-rf']) rmSync(join(tree, name));
    symlinkSync('deep/two', join(tree, 'one'));
    execFileSync('mkfifo', ['--', join(tree, '-rf')]);
    await expect(check()).rejects.toMatchObject({ findings: { missing: 1, different: 1 } });
  });

  it.each([
    ['no manifest', () => rmSync(manifest), /manifest .* cannot be read/],
    ['an empty manifest', () => writeFileSync(manifest, ''), /names no file/],
    ['a manifest cut off', () => appendFileSync(manifest, '0123abc'), /Line 5 .* is no line of a manifest/],
    ['no directory', () => rmSync(tree, { recursive: true }), /nothing to check/],
  ])('fails with %s', async (_, spoil, message) => {
    spoil();
    await expect(check()).rejects.toThrow(message);
  });

  it('ends when the step is stopped', async () => {
    const stopped = { ...context, signal: AbortSignal.abort(new Error('stopped')) };
    await expect(check({}, stopped)).rejects.toThrow('stopped');
  });
});
