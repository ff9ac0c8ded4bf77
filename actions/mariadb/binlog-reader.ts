import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { ActionFailure } from '../action.ts';

/** mariadb-binlog could not read a log to its end; `text` is what it said. */
export class BinlogUnreadable extends ActionFailure {
  readonly isCutOff: boolean;
  constructor(files: readonly string[], text: string) {
    super(
      `The binary logs ${files.join(', ')} cannot be read to their end. mariadb-binlog said: ${text.trim()}`,
      { kind: 'terminal' },
    );
    this.isCutOff = /Event truncated|read error'/.test(text);
  }
}

/**
 * What mariadb-binlog makes of logs, as it comes; checksums of events are verified, times are in UTC.
 * @throws BinlogUnreadable once it has ended with an error.
 */
export async function* readBinlogs(
  files: readonly string[],
  options: readonly string[],
  signal: AbortSignal,
): AsyncGenerator<Buffer> {
  const argv = ['--no-defaults', '--verify-binlog-checksum', ...options, ...files];
  const env = { ...process.env, TZ: 'UTC', LC_ALL: 'C.UTF-8' };
  const child = spawn('mariadb-binlog', argv, { stdio: ['ignore', 'pipe', 'pipe'], env, signal });
  const said = child.stderr.toArray();
  const exited = once(child, 'exit') as Promise<[number | null]>;
  exited.catch(() => undefined); // It is awaited where the output has ended.
  try {
    yield* child.stdout as AsyncIterable<Buffer>;
    const [code] = await exited;
    if (code !== 0) throw new BinlogUnreadable(files, Buffer.concat((await said) as Buffer[]).toString().slice(-1_000)); // prettier-ignore
  } finally {
    child.kill();
  }
}
