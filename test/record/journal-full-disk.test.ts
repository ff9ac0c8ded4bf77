import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { type FileHandle, mkdir, open, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it, jest } from '@jest/globals';
import { type Entry, Journal, readJournal, verifyJournal } from '../../record/journal.ts';

const outside = mkdtempSync(join(tmpdir(), 'muster-journal-'));
const small = join(outside, 'small');
await mkdir(small);

async function read(file: string): Promise<Entry[]> {
  const entries: Entry[] = [];
  for await (const entry of readJournal(file)) entries.push(entry);
  return entries;
}

/** A disk of a megabyte, where we may make one. */
function mountSmallDisk(): true | string {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'muster-test', small], { stdio: 'pipe' });
    return true;
  } catch (error) {
    return String((error as Error & { stderr?: Buffer }).stderr ?? error).trim();
  }
}

const mounted = mountSmallDisk();
if (mounted !== true) console.warn(`SKIPPED: a full disk needs a mount, which is refused here: ${mounted}`);
const whereMounted = mounted === true ? describe : describe.skip;
afterAll(async () => {
  if (mounted === true) execFileSync('umount', ['--lazy', small]);
  await rm(outside, { recursive: true });
});

whereMounted('a journal on a disk that is full', () => {
  it('refuses what does not fit, leaves nothing of it, and goes on once there is room', async () => {
    const file = join(small, 'journal.jsonl');
    const ballast = join(small, 'ballast');
    const journal = await Journal.open(file);
    await journal.append({ n: 1, why: 'Ünïcode' });
    const before = readFileSync(file);
    await expect(writeFile(ballast, Buffer.alloc(2_000_000))).rejects.toMatchObject({ code: 'ENOSPC' });
    // Longer than what is left of a page: its beginning is written before the disk refuses the rest.
    const large = { why: 'x'.repeat(10_000) };
    const refused = await Promise.allSettled([journal.append(large), journal.append(large)]);
    for (const one of refused) expect(one).toMatchObject({ status: 'rejected', reason: { code: 'ENOSPC' } });
    await journal.append({ n: 2 });
    expect(readFileSync(file).subarray(0, before.length)).toEqual(before);
    await rm(ballast);
    await journal.append(large);
    await journal.close();
    expect(await read(file)).toEqual([{ n: 1, why: 'Ünïcode' }, { n: 2 }, large]);
    expect(await verifyJournal(file)).toMatchObject({ entries: 3, torn: 0 });
    expect((await verifyJournal(file)).broken).toBeUndefined();
  });
});

/** The file handles of this process, of which the next use of a method fails. */
const handle = await open(small, 'r');
const handles = Object.getPrototypeOf(handle) as FileHandle;
await handle.close();
const failing = (method: 'sync' | 'truncate') =>
  jest.spyOn(handles, method).mockRejectedValueOnce(new Error(`no ${method}`));

describe('a journal that a disk fails', () => {
  afterEach(() => void jest.restoreAllMocks());
  const newFile = () => join(mkdtempSync(join(outside, 'edge-')), 'journal.jsonl');

  it('does not keep an entry of which nobody knows that it is on the disk', async () => {
    const file = newFile();
    const journal = await Journal.open(file);
    await journal.append({ n: 1 });
    failing('sync');
    await expect(journal.append({ n: 'refused' })).rejects.toThrow('no sync');
    await journal.close();
    expect(await read(file)).toEqual([{ n: 1 }]);
    expect((await verifyJournal(file)).broken).toBeUndefined();
  });

  it('refuses all until what failed is taken out, and tries that again each time', async () => {
    const file = newFile();
    const journal = await Journal.open(file);
    await journal.append({ n: 1 });
    failing('sync');
    failing('truncate').mockRejectedValueOnce(new Error('no truncate'));
    await expect(journal.append({ n: 'refused' })).rejects.toThrow('no sync');
    await expect(journal.append({ n: 'refused, too' })).rejects.toThrow('no truncate');
    await journal.append({ n: 2 });
    await journal.close();
    expect(await read(file)).toEqual([{ n: 1 }, { n: 2 }]);
    expect(await verifyJournal(file)).toMatchObject({ entries: 2, torn: 0 });
    expect((await verifyJournal(file)).broken).toBeUndefined();
  });
});
