import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { ActionFailure } from './action.ts';
import { openable, pathOf, shownPath } from './file-names.ts';
import { markerFile } from './marker.ts';
import { filesBelow } from './tree.ts';

/** SHA-256 in hex by path from the root of the files, as `file-names.ts` writes it. */
export type Checksums = ReadonlyMap<string, string>;

export interface Verified {
  readonly files: number;
  readonly bytes: number;
  /** When the newest file was last written to, in milliseconds since 1970; undefined without files. */
  readonly newest?: number;
}

interface Watch {
  readonly signal: AbortSignal;
  readonly onBytes: (bytes: number) => void;
}

const line = /^(\\?)([0-9a-f]{64}) [ *](.+)$/i;

/**
 * Reads a manifest as `sha256sum` writes it: a line `SHA-256  path` for each file, `#` begins a comment.
 * @throws ActionFailure with the number of a line that is none, or whose path is doubled or leads outside.
 */
export async function readChecksums(file: string): Promise<Checksums> {
  // Each byte a character: names need not be UTF-8.
  const text = await readFile(file, 'latin1').catch((cause: NodeJS.ErrnoException) => {
    throw new ActionFailure(
      `The manifest ${file} cannot be read (${cause.code}). Without it nothing of the backup can be verified.`,
      { cause },
    );
  });
  const found = new Map<string, string>();
  for (const [index, written] of text.split('\n').entries()) {
    if (written.trim() === '' || written.startsWith('#')) continue;
    const [, escaped, sum = '', name = ''] = line.exec(written) ?? [];
    const bytes = Buffer.from(escaped ? unescape(name) : name, 'latin1');
    const path = pathOf(bytes).replace(/^(\.\/)+/, '');
    const broken = sum === '' ? 'is no line of a manifest' : whyNotTaken(path, found);
    if (broken) throw new ActionFailure(`Line ${index + 1} of the manifest ${file} ${broken}.`);
    found.set(path, sum.toLowerCase());
  }
  if (found.size === 0)
    throw new ActionFailure(`The manifest ${file} names no file: nothing can be verified.`);
  return found;
}

/** sha256sum begins a line with a backslash where it had to escape the name. */
const unescape = (name: string) =>
  name.replace(/\\([\\nr])/g, (_, letter: string) => (letter === 'n' ? '\n' : letter === 'r' ? '\r' : '\\'));

function whyNotTaken(path: string, found: Checksums): string | undefined {
  if (path.startsWith('/') || path.split('/').includes('..'))
    return `leads outside: ${JSON.stringify(shownPath(path))}`;
  return found.has(path) ? `names ${JSON.stringify(shownPath(path))} a second time` : undefined;
}

/**
 * Verifies a tree file by file: each as the manifest says, none missing, none too many. The run's own marker
 * is not looked at.
 * @throws ActionFailure that names the first of what is wrong, with the finding `mismatches`.
 */
export async function verifyTree(directory: string, checksums: Checksums, watch: Watch): Promise<Verified> {
  const wrong: string[] = [];
  const missing = new Set(checksums.keys());
  let [files, bytes, newest] = [0, 0, 0];
  for await (const { path, size, modified } of filesBelow(directory)) {
    if (path === markerFile && !checksums.has(path)) continue;
    const expected = checksums.get(path);
    if (expected === undefined) wrong.push(`${path} (not in the manifest)`);
    else if ((await sha256(join(directory, path), watch)) !== expected)
      wrong.push(`${path} (not as backed up)`);
    missing.delete(path);
    files += 1;
    bytes += size;
    newest = Math.max(newest, modified);
  }
  wrong.push(...[...missing].map((path) => `${path} (missing)`));
  if (wrong.length > 0) throw mismatch(wrong, { files, bytes });
  return { files, bytes, ...(newest > 0 && { newest: Math.floor(newest) }) };
}

function mismatch(wrong: readonly string[], figures: { files: number; bytes: number }): ActionFailure {
  const named = wrong.slice(0, 5).map((text) => JSON.stringify(shownPath(text)).slice(1, -1));
  const more = wrong.length > named.length ? ` and ${wrong.length - named.length} more` : '';
  return new ActionFailure(
    `The backup is not what its manifest says: ${named.join(', ')}${more}. Nothing was replaced. Take another backup.`,
    { findings: { value: figures.files, ...figures, mismatches: wrong.length } },
  );
}

/** Reads a file to its end, and tells how far it is. */
export async function sha256(file: string, watch: Watch): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(
    createReadStream(openable(file), { highWaterMark: 1024 * 1024 }),
    async function* count(chunks: AsyncIterable<Buffer>) {
      for await (const chunk of chunks) {
        watch.onBytes(chunk.length);
        yield chunk;
      }
    },
    hash,
    { signal: watch.signal },
  );
  return hash.digest('hex');
}
