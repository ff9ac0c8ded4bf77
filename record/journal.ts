import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { canonical } from '../core/canonical.ts';
import type { Digest } from '../core/units.ts';

/** What is written down: any plain JSON object. */
export type Entry = Readonly<Record<string, unknown>>;

/** What a journal holds, and the first line that is not as it was written. */
export interface Verified {
  readonly entries: number;
  /** Lines that a crash cut off; each is followed by an entry that says so. */
  readonly torn: number;
  /** The hash of the last entry that follows from those before it. */
  readonly last: Digest;
  readonly broken?: { readonly line: number; readonly why: string };
}

interface Line {
  readonly number: number;
  /** Its bytes, each as one character: a crash may cut in the middle of one of ours. */
  readonly bytes: string;
  /** It ends with a new line; only the last one may not. */
  readonly whole: boolean;
}

/** Before the first line. */
const nothing: Digest = `sha256:${'0'.repeat(64)}`;

/**
 * An append-only file of JSON Lines, `{"entry":…,"hash":…}`, where `hash` is SHA-256 over the hash before and the canonical
 * JSON of the entry. No entry in it is ever written again. It has one writer at a time; who opens it sees to that.
 */
export class Journal {
  private readonly handle: FileHandle;
  private last: Digest;
  /** In bytes, up to the end of the last entry that was accepted. */
  private length: number;
  /** Something may stand behind that: an entry that is being written, or one that failed. */
  private beyond = false;
  private writing: Promise<void> = Promise.resolve();

  private constructor(handle: FileHandle, last: Digest, length: number) {
    this.handle = handle;
    this.last = last;
    this.length = length;
  }

  /**
   * Opens a journal, or begins one. A last line that a crash cut off stays, and is recorded as such.
   * @throws Error where a line before it is broken: what is appended to a forged journal proves nothing.
   */
  static async open(file: string): Promise<Journal> {
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    const handle = await open(file, 'a', 0o600);
    try {
      const found = await walk(file);
      if (found.broken)
        throw new Error(`${file} is broken at line ${found.broken.line}: ${found.broken.why}`);
      if (found.unfinished) await handle.appendFile('\n');
      const journal = new Journal(handle, found.last, (await handle.stat()).size);
      if (found.cut.length > 0) await journal.append(tornEntry(found.cut));
      await syncDirectory(dirname(file));
      return journal;
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  /**
   * Writes an entry; it is on the disk when this returns.
   * @throws where the disk does not take it: the entry is refused and taken out again, and the next one is tried anew.
   */
  append(entry: Entry): Promise<void> {
    const written = this.writing.then(() => this.write(entry));
    // Who opens the journal next must not find what was refused. If it cannot be taken out now, the next write begins with that.
    this.writing = written.catch(() => this.cutBack()).catch(() => undefined);
    return this.writing.then(() => written);
  }

  async close(): Promise<void> {
    await this.writing;
    await this.handle.close();
  }

  private async write(entry: Entry): Promise<void> {
    await this.cutBack();
    // What is read again later is JSON: a key without a value would not be there any more.
    const kept = JSON.parse(JSON.stringify(entry)) as Entry;
    const hash = hashOf(this.last, kept);
    const line = Buffer.from(`${JSON.stringify({ entry: kept, hash })}\n`);
    this.beyond = true;
    await this.handle.appendFile(line);
    await this.handle.sync();
    this.beyond = false;
    this.last = hash;
    this.length += line.length;
  }

  /** Takes out what a failed write left behind the last entry. */
  private async cutBack(): Promise<void> {
    if (!this.beyond) return;
    await this.handle.truncate(this.length);
    await this.handle.sync();
    this.beyond = false;
  }
}

/**
 * Reads a journal from its first line and says which line, if any, was changed, taken out or put in. That nothing was cut
 * off at the end only a count or a last hash can show that was noted elsewhere.
 */
export async function verifyJournal(file: string): Promise<Verified> {
  const { entries, torn, last, broken, cut } = await walk(file);
  const first = broken ?? untold(cut);
  return { entries, torn, last, ...(first && { broken: first }) };
}

/** The entries of a journal, oldest first, up to the first line that is broken. */
export async function* readJournal(file: string): AsyncGenerator<Entry> {
  let last = nothing;
  for await (const line of linesOf(file)) {
    const read = parse(line);
    if (!read) continue;
    if (hashOf(last, read.entry) !== read.hash) return;
    last = read.hash;
    yield read.entry;
  }
}

interface Walked extends Verified {
  /** Lines at the end that are no entries. */
  readonly cut: readonly Line[];
  /** The last line lacks its end; where nothing else of it is missing, it is an entry all the same. */
  readonly unfinished: boolean;
}

async function walk(file: string): Promise<Walked> {
  let [last, entries, torn] = [nothing, 0, 0];
  let cut: Line[] = [];
  let unfinished = false;
  for await (const line of linesOf(file)) {
    const read = parse(line);
    unfinished = !line.whole;
    if (!read || (unfinished && hashOf(last, read.entry) !== read.hash)) {
      cut.push(line);
      continue;
    }
    const why = { line: line.number, why: 'its hash does not follow from the line before' };
    const told = cut.length === 0 || canonical(read.entry) === canonical(tornEntry(cut));
    const broken = told ? (hashOf(last, read.entry) === read.hash ? undefined : why) : untold(cut);
    if (broken) return { last, entries, torn, cut: [], unfinished, broken };
    torn += cut.length;
    cut = [];
    last = read.hash;
    entries += 1;
  }
  return { last, entries, torn, cut, unfinished };
}

const untold = ([line]: readonly Line[]): Verified['broken'] =>
  line && { line: line.number, why: 'it is no entry, and the next entry does not say so' };

/** Says of the lines before that a crash cut them off. */
const tornEntry = (cut: readonly Line[]): Entry => ({
  type: 'torn',
  lines: cut.length,
  bytes: cut.reduce((sum, { bytes }) => sum + bytes.length, 0),
  digest: `sha256:${sha256(cut.map(({ bytes }) => bytes).join('\n'))}`,
});

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

const hashOf = (last: Digest, entry: Entry): Digest => `sha256:${sha256(last + canonical(entry))}`;

/** The entry in a line; undefined where it is cut off, or something else. */
function parse({ bytes }: Line): { readonly entry: Entry; readonly hash: Digest } | undefined {
  try {
    const text = Buffer.from(bytes, 'latin1').toString('utf8');
    const { entry, hash, ...rest } = JSON.parse(text) as { entry?: Entry | null; hash?: Digest };
    const isLine = typeof entry === 'object' && typeof hash === 'string' && Object.keys(rest).length === 0;
    return isLine && entry !== null ? { entry, hash } : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

async function* linesOf(file: string): AsyncGenerator<Line> {
  let rest = '';
  let number = 0;
  for await (const chunk of createReadStream(file, 'latin1')) {
    const parts = (rest + (chunk as string)).split('\n');
    rest = parts.pop() ?? '';
    for (const bytes of parts) yield { number: (number += 1), bytes, whole: true };
  }
  if (rest !== '') yield { number: number + 1, bytes: rest, whole: false };
}

async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
