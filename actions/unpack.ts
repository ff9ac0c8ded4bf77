import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { ActionFailure, type ActionContext } from './action.ts';
import { runOrFail } from './child-process.ts';
import { exitNumber, meaningOf } from './exit-codes.ts';
import { tarExits } from './tar-exits.ts';

export interface Unpacking {
  /** `X.tar`, `X.tar.gz`, `X.tgz`, or a directory. */
  readonly from: string;
  /** Only these files and directories, by their paths below its root; empty: all. */
  readonly only?: readonly string[];
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
export async function unpack(
  { from, only = [], into, as, onBytes }: Unpacking,
  context: ActionContext,
): Promise<void> {
  const zipped = /\.t?gz$/.test(from);
  const archive = /\.(tar|tgz|tar\.gz)$/.test(from);
  const source = archive ? createReadStream(from) : packed(from, only);
  const members = archive && only.length > 0 ? await membersOf(from, only, context) : [];
  const options = ['-p', '-f', '-', '-C', into, ...members];
  const argv = [...as, 'tar', '--extract', ...(zipped ? ['--gzip'] : []), ...options];
  const stdin = Readable.from(counted(source, onBytes));
  await runOrFail(argv, context, { doing: `Unpacking ${from}`, codes: tarExits, stdin });
}

/** What an archive calls them: whether its names begin with `./` is a matter of how it was made. */
async function membersOf(from: string, only: readonly string[], context: ActionContext): Promise<string[]> {
  const first = ['sh', '-c', 'tar --list -f "$1" | head -n 1', 'sh', from];
  const { stdout } = await runOrFail(first, context, { doing: `Reading ${from}` });
  const root = stdout.text(10_000).startsWith('./') ? './' : '';
  return ['--no-wildcards', '--', ...only.map((path) => `${root}${path}`)];
}

async function* packed(directory: string, only: readonly string[]): AsyncGenerator<Buffer> {
  const members = only.length > 0 ? only.map((path) => `./${path}`) : ['.'];
  const tar = spawn('tar', ['--create', '-f', '-', '-C', directory, '--', ...members], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said = tar.stderr.toArray();
  const exited = once(tar, 'exit') as Promise<[number | null, NodeJS.Signals | null]>;
  try {
    yield* tar.stdout as AsyncIterable<Buffer>;
    const exit = exitNumber(...(await exited));
    if (exit === 0) return;
    const why = Buffer.concat((await said) as Buffer[])
      .toString()
      .trim()
      .slice(-1_000);
    const { means, kind } = meaningOf(exit, tarExits);
    throw new ActionFailure(
      `Reading ${directory} failed: tar exited with ${exit} (${means}). It said: ${why}`,
      { kind },
    );
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
