import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { readJsonLines, text } from '../../actions/json-lines.ts';
import { temporaryDirectory } from './action-context.ts';

const file = join(temporaryDirectory(), 'made.jsonl');

async function read(written: string): Promise<readonly [readonly string[], readonly string[]]> {
  writeFileSync(file, written);
  const told: string[] = [];
  return [await readJsonLines(file, text, (line) => void told.push(line)), told];
}

describe('lines of JSON', () => {
  it('are read, and are none where there is no file', async () => {
    expect(await readJsonLines(`${file}.none`, text, () => undefined)).toEqual([]);
    expect(await read('')).toEqual([[], []]);
    expect(await read('"a"\n"b"\n')).toEqual([['a', 'b'], []]);
    expect(await read('"a"\n"b"')).toEqual([['a', 'b'], []]);
  });

  it('lose a last one that was cut off at any character, without a word', async () => {
    for (let length = 0; length < '"/srv/shop"'.length; length++)
      expect(await read(`"a"\n${'"/srv/shop"'.slice(0, length)}`)).toEqual([['a'], []]);
  });

  it('are told where one before the last is broken or something else', async () => {
    const told = (line: number) => `Line ${line} of ${file} cannot be read, and was left out: look at it.`;
    expect(await read('"a"\n"/srv\n7\n"b"\n')).toEqual([
      ['a', 'b'],
      [told(2), told(3)],
    ]);
  });
});
