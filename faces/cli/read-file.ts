import { createReadStream } from 'node:fs';
import { isPlanFile } from '../../client/plan-file.ts';
import { CliFailure } from './failure.ts';
import { typed } from './typed.ts';

/** Of any file that is read whole, in bytes: a plan file is the largest. */
const largest = 64 * 1024 * 1024;

/** Reads a text file, or a pipe; `-` is the standard input. @throws CliFailure in words where it cannot be read, or is larger than 64 MB. */
export async function readText(file: string): Promise<string> {
  try {
    const chunks: Buffer[] = [];
    let length = 0;
    for await (const chunk of file === '-' ? process.stdin : createReadStream(file)) {
      chunks.push(chunk as Buffer);
      length += (chunk as Buffer).length;
      if (length > largest) throw new CliFailure(`${file} cannot be read: it is larger than 64 MB.`);
    }
    return Buffer.concat(chunks).toString('utf8');
  } catch (cause) {
    if (cause instanceof CliFailure) throw cause;
    const { code } = cause as NodeJS.ErrnoException;
    const why =
      code === 'ENOENT' ? 'there is no such file' : code === 'EISDIR' ? 'it is a directory' : String(cause);
    throw new CliFailure(`${file} cannot be read: ${why}.`, { cause });
  }
}

/** Reads the text of a runbook. @throws CliFailure where it cannot be read, or is a plan. */
export async function readRunbookText(file: string): Promise<string> {
  const text = await readText(file);
  if (!isPlanFile(text)) return text;
  throw new CliFailure(`${file} is a plan that muster plan --out wrote, not a runbook.`, {
    hint: typed`Run exactly it: muster recover ${file}`,
  });
}
