import { appendFileSync, mkdtempSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Entry, Journal, readJournal, verifyJournal } from '../../record/journal.ts';

const newFile = () => join(mkdtempSync(join(tmpdir(), 'muster-journal-')), 'edge', 'journal.jsonl');

async function journalOf(file: string, entries: readonly Entry[]): Promise<void> {
  const journal = await Journal.open(file);
  await Promise.all(entries.map((entry) => journal.append(entry)));
  await journal.close();
}

async function read(file: string): Promise<Entry[]> {
  const entries: Entry[] = [];
  for await (const entry of readJournal(file)) entries.push(entry);
  return entries;
}

const three: Entry[] = [
  { type: 'decision', id: 'a' },
  { type: 'outcome', id: 'a', why: 'Ünïcode — "quotes"' },
  { type: 'x', gone: undefined },
];

describe('a journal', () => {
  it('gives back what was written, in order, and goes on with the chain when opened again', async () => {
    const file = newFile();
    await journalOf(file, three);
    await journalOf(file, [{ type: 'later' }]);
    expect(await read(file)).toEqual([...three.slice(0, 2), { type: 'x' }, { type: 'later' }]);
    expect(await verifyJournal(file)).toMatchObject({ entries: 4, torn: 0 });
  });

  it('has an entry on the disk before append returns', async () => {
    const file = newFile();
    const journal = await Journal.open(file);
    await journal.append({ type: 'decision' });
    expect(readFileSync(file, 'utf8')).toContain('"decision"');
    await journal.close();
  });

  it('names the first line that was changed, taken out, put in or moved', async () => {
    const file = newFile();
    await journalOf(
      file,
      Array.from({ length: 6 }, (_, n) => ({ n })),
    );
    const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
    const brokenAt = async (changed: readonly string[]) => {
      writeFileSync(file, `${changed.join('\n')}\n`);
      return (await verifyJournal(file)).broken?.line;
    };
    expect(await brokenAt(lines.with(2, lines[2]!.replace('"n":2', '"n":7')))).toBe(3);
    expect(await brokenAt(lines.toSpliced(3, 1))).toBe(4);
    expect(await brokenAt(lines.toSpliced(1, 0, lines[4]!))).toBe(2);
    expect(await brokenAt(lines.with(0, lines[1]!).with(1, lines[0]!))).toBe(1);
    expect(await brokenAt(lines.with(4, 'nothing'))).toBe(5);
    expect(await brokenAt(lines)).toBeUndefined();
  });

  it('is not opened for writing when a line is broken', async () => {
    const file = newFile();
    await journalOf(file, three);
    writeFileSync(file, readFileSync(file, 'utf8').replace('"decision"', '"Decision"'));
    await expect(Journal.open(file)).rejects.toThrow('broken at line 1');
  });

  it('survives being cut off at any byte: what was whole stays, the rest is recorded as torn', async () => {
    const file = newFile();
    await journalOf(file, three);
    const whole = readFileSync(file);
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: whole.length - 1 }), async (length) => {
        writeFileSync(file, whole);
        truncateSync(file, length);
        // Of an entry that lacks nothing but the end of its line nothing is lost.
        const ends = whole[length] === 10 ? 1 : 0;
        const kept = ends + whole.subarray(0, length).filter((byte) => byte === 10).length;
        const cut = ends === 1 || whole[length - 1] === 10 ? 0 : 1;
        expect((await verifyJournal(file)).broken?.line).toBe(cut ? kept + 1 : undefined);
        await journalOf(file, [{ type: 'after' }]);
        expect(await verifyJournal(file)).toMatchObject({ entries: kept + cut + 1, torn: cut });
      }),
      { numRuns: 60, examples: [[whole.length - 1]] },
    );
  });

  it('survives a crash while it was recording one', async () => {
    const file = newFile();
    await journalOf(file, three);
    appendFileSync(file, '{"entry":{"ty\n{"entry":{"type":"to');
    await journalOf(file, [{ type: 'after' }]);
    expect(await verifyJournal(file)).toMatchObject({ entries: 5, torn: 2 });
  });

  it('does not take a torn line for one that was changed', async () => {
    const file = newFile();
    await journalOf(file, three);
    appendFileSync(file, '{"entry":{"ty');
    await journalOf(file, [{ type: 'after' }]);
    writeFileSync(file, readFileSync(file, 'utf8').replace('{"entry":{"ty\n', '{"entry":{"tz\n'));
    expect((await verifyJournal(file)).broken).toMatchObject({ line: 4 });
  });
});
