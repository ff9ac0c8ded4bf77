import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Event } from '../../core/event.ts';
import { Archive } from '../../record/archive.ts';

const note = (seq: number, reason = ''): Event => ({
  seq,
  at: 1_000 + seq,
  revision: 0,
  type: 'began',
  by: 'ada',
  channel: 'cli',
  reason,
});

describe('the record of runs on a host', () => {
  let home: string;
  let archive: Archive;
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'muster-archive-'));
    archive = new Archive(home);
  });
  afterEach(() => rmSync(home, { recursive: true, force: true }));

  it('holds what was appended, in order, and nothing of a run that it does not know', async () => {
    await archive.append('run-1', [note(1), note(2)]);
    await archive.append('run-1', [note(3)]);
    expect(await archive.read('run-1')).toEqual([note(1), note(2), note(3)]);
    expect(await archive.read('run-2')).toEqual([]);
  });

  it('takes a page that is appended again for the same', async () => {
    await archive.append('run-1', [note(1), note(2)]);
    await archive.append('run-1', [note(1), note(2)]);
    await archive.append('run-1', [note(2), note(3)]);
    expect(await archive.read('run-1')).toEqual([note(1), note(2), note(3)]);
  });

  it('loses nothing behind a line that a crash cut off', async () => {
    await archive.append('run-1', [note(1)]);
    appendFileSync(join(home, 'runs', 'run-1', 'events.jsonl'), '{"seq":2,"at":10');
    expect(await archive.read('run-1')).toEqual([note(1)]);
    await archive.append('run-1', [note(2), note(3)]);
    expect(await archive.read('run-1')).toEqual([note(1), note(2), note(3)]);
  });

  it('keeps what a run had before it was reset beside what is true now', async () => {
    const file = join(home, 'runs', 'run-1', 'events.jsonl');
    await archive.append('run-1', [note(1), note(2), note(3), note(4)]);
    await archive.append('run-1', [note(2), note(3, 'otherwise')]);
    await archive.append('run-1', [note(4), note(5)]);
    const now = [note(1), note(2), note(3, 'otherwise'), note(4), note(5)];
    expect(await archive.read('run-1')).toEqual(now);
    await archive.append('run-1', [note(4, 'again')]);
    expect(await archive.read('run-1')).toEqual([...now.slice(0, 3), note(4, 'again')]);
    const linesOf = (name: string) =>
      readFileSync(name, 'utf8')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as Event);
    expect(linesOf(`${file}.branch-1`)).toEqual([note(1), note(2), note(3), note(4)]);
    expect(linesOf(`${file}.branch-2`)).toEqual(now);
  });

  it('goes on behind events of any length', async () => {
    const long = [note(1, 'x'.repeat(300_000)), note(2, 'ü'.repeat(100_000))];
    await archive.append('run-1', long);
    await archive.append('run-1', [note(3)]);
    expect(await archive.read('run-1')).toEqual([...long, note(3)]);
  });

  it('starts anew where a crash left nothing whole', async () => {
    await archive.append('run-1', []);
    appendFileSync(join(home, 'runs', 'run-1', 'events.jsonl'), '{"seq":1');
    await archive.append('run-1', [note(1)]);
    expect(await archive.read('run-1')).toEqual([note(1)]);
  });

  it.each(['', '..', '../x', 'a/b', '.hidden'])('takes %j for no run', async (run) => {
    await expect(archive.append(run, [note(1)])).rejects.toThrow(RangeError);
  });
});
