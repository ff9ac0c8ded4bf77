import { readFile } from 'node:fs/promises';
import { isPlanFile } from '../../client/plan-file.ts';
import { CliFailure } from './failure.ts';
import { typed } from './typed.ts';

/** Reads a text file; `-` is the standard input. @throws CliFailure in words where it cannot be read. */
export async function readText(file: string): Promise<string> {
  try {
    if (file !== '-') return await readFile(file, 'utf8');
    const chunks: Buffer[] = [];
    for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
    return Buffer.concat(chunks).toString('utf8');
  } catch (cause) {
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
