import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import type { Digest } from '../core/units.ts';

/** What is reported of a log; the whole stays in its file. */
export interface LogSummary {
  readonly file: string;
  readonly bytes: number;
  /** SHA-256 over the whole file. */
  readonly digest: Digest;
}

/** Reads a log once, in pieces: memory stays flat however long it is. */
export async function summarizeLog(file: string): Promise<LogSummary> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const piece of createReadStream(file) as AsyncIterable<Buffer>) {
    hash.update(piece);
    bytes += piece.length;
  }
  return { file, bytes, digest: `sha256:${hash.digest('hex')}` };
}

/** The last bytes of a log, as text; a character cut in two is replaced. */
export async function tailOf(file: string, bytes: number): Promise<string> {
  const handle = await open(file, 'r');
  try {
    const { size } = await handle.stat();
    const from = Math.max(0, size - bytes);
    const { buffer, bytesRead } = await handle.read({
      buffer: Buffer.alloc(Math.min(bytes, size)),
      position: from,
    });
    return buffer.subarray(0, bytesRead).toString('utf8');
  } finally {
    await handle.close();
  }
}
