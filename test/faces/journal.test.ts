import { appendFileSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { Journal } from '../../record/journal.ts';
import { type } from './test-cli.ts';

async function written(): Promise<string> {
  const file = join(mkdtempSync(join(tmpdir(), 'muster-journal-')), 'journal.jsonl');
  const journal = await Journal.open(file);
  for (const id of ['a', 'b', 'c']) await journal.append({ type: 'decision', id });
  await journal.close();
  return file;
}
const lastHash = (file: string) =>
  (JSON.parse(readFileSync(file, 'utf8').trimEnd().split('\n').at(-1)!) as { hash: string }).hash;

describe('muster journal verify', () => {
  it('says how much there is, the last hash, and what it cannot see', async () => {
    const file = await written();
    const { code, out } = await type(['journal', 'verify', file]);
    expect(code).toBe(0);
    expect(out).toContain(`3 entries, the last hash is ${lastHash(file)}`);
    expect(out).toContain('cut off at its end cannot be seen');
    const data = await type(['journal', 'verify', file, '--output', 'json']);
    expect(JSON.parse(data.out)).toEqual({
      ...{ format: 1, file, valid: true, entries: 3, torn: 0, last: lastHash(file) },
    });
  });

  it('names the first bad line', async () => {
    const file = await written();
    writeFileSync(file, readFileSync(file, 'utf8').replace('"b"', '"x"'));
    const { code, out } = await type(['journal', 'verify', file]);
    expect(code).toBe(1);
    expect(out).toContain(`${file}:2: BROKEN: its hash does not follow`);
    const data = await type(['journal', 'verify', file, '--output', 'json']);
    expect(JSON.parse(data.out)).toMatchObject({ valid: false, entries: 1, broken: { line: 2 } });
  });

  it('says of a line that a crash cut off that it is one', async () => {
    const file = await written();
    appendFileSync(file, '{"entry":{"ty');
    expect((await type(['journal', 'verify', file])).code).toBe(1);
    await (await Journal.open(file)).close();
    const { code, out } = await type(['journal', 'verify', file]);
    expect(code).toBe(0);
    expect(out).toContain('1 line cut off by a crash');
  });

  it('needs a file that is there', async () => {
    const { code, err } = await type(['journal', 'verify', '/nowhere/journal.jsonl']);
    expect([code, err]).toEqual([2, expect.stringContaining('there is no such file')]);
  });
});
