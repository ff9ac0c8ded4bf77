import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { ActionFailure, type ActionContext } from './action.ts';
import { runOrFail } from './child-process.ts';

export interface Unpacking {
  /** `X.tar`, `X.tar.gz`, `X.tgz`, or a directory. */
  readonly from: string;
  /** An empty directory. */
  readonly into: string;
  /** The argv that leads to the account which shall own the files; empty: they keep their owners where the worker may do that. */
  readonly as: readonly string[];
  readonly onBytes: (bytes: number) => void;
}

/**
 * Unpacks an archive, or copies a directory, by `tar` into an empty directory. GNU tar refuses members with
 * `..`, strips a leading `/`, and creates links last, so that nothing is written through them.
 * @throws ActionFailure with what tar says.
 */
export async function unpack({ from, into, as, onBytes }: Unpacking, context: ActionContext): Promise<void> {
  const zipped = /\.t?gz$/.test(from);
  const source = /\.(tar|tgz|tar\.gz)$/.test(from) ? createReadStream(from) : packed(from);
  const argv = [...as, 'tar', '--extract', ...(zipped ? ['--gzip'] : []), '-p', '-f', '-', '-C', into];
  const stdin = Readable.from(counted(source, onBytes));
  await runOrFail(argv, context, { doing: `Unpacking ${from}`, stdin });
}

async function* packed(directory: string): AsyncGenerator<Buffer> {
  const tar = spawn('tar', ['--create', '-f', '-', '-C', directory, '.'], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said = tar.stderr.toArray();
  const exited = once(tar, 'exit') as Promise<[number | null]>;
  try {
    yield* tar.stdout as AsyncIterable<Buffer>;
    const [code] = await exited;
    if (code === 0) return;
    const why = Buffer.concat((await said) as Buffer[])
      .toString()
      .trim()
      .slice(-1_000);
    throw new ActionFailure(`Reading ${directory} failed: tar exited with ${code}. It said: ${why}`);
  } finally {
    tar.kill();
  }
}

async function* counted(source: AsyncIterable<Buffer>, onBytes: (bytes: number) => void) {
  for await (const chunk of source) {
    onBytes(chunk.length);
    yield chunk;
  }
}
