import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';

/** Why a file cannot be had; `missing` where there is none. */
export interface Unreadable {
  readonly trouble: string;
  readonly missing?: boolean;
}

/** A pipe without a writer must not hold up whoever opens it, and a terminal must not become ours. */
const flags = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY;

/**
 * Reads a text file that somebody else named: a regular file of at most `most` bytes, and never more than that.
 * @returns the text, or why it cannot be had, in words.
 */
export function readRegular(file: string, most: number): string | Unreadable {
  let opened: number | undefined;
  try {
    opened = openSync(file, flags);
    const stat = fstatSync(opened);
    if (stat.isDirectory()) return { trouble: 'it is a directory' };
    if (!stat.isFile()) return { trouble: 'it is no regular file' };
    return stat.size > most ? tooLarge(most) : readAtMost(opened, most);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    return code === 'ENOENT'
      ? { trouble: 'there is no such file', missing: true }
      : { trouble: String(cause) };
  } finally {
    if (opened !== undefined) closeSync(opened);
  }
}

/** A file may grow while it is read, and one of /proc has no size. */
function readAtMost(opened: number, most: number): string | Unreadable {
  const chunks: Buffer[] = [];
  for (let length = 0; length <= most;) {
    const chunk = Buffer.allocUnsafe(64 * 1024);
    const read = readSync(opened, chunk);
    if (read === 0) return Buffer.concat(chunks).toString('utf8');
    chunks.push(chunk.subarray(0, read));
    length += read;
  }
  return tooLarge(most);
}

const tooLarge = (most: number) => ({
  trouble: `it is larger than ${most / 1024 / 1024} MB, which is the most that can be`,
});
