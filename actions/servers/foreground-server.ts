import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { open, type FileHandle } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ActionContext } from '../action.ts';
import { exitNumber } from '../exit-codes.ts';
import { markedEnvironment } from '../marker.ts';

/** How long a server may take to stop by a fast shutdown before it is killed: it writes all that it replayed. */
const stopMs = 120_000;

/**
 * Behind what changes the account, which forgets it: the server is told to stop when the step's process dies. Where that died
 * before it could be arranged, nobody would ever tell it: then the server is not started.
 */
export const diesWithUs = (signal: 'INT' | 'TERM'): readonly string[] => [
  ...['setpriv', '--pdeathsig', signal],
  ...['sh', '-c', '[ "$PPID" = "$0" ] && exec "$@"', String(process.pid)],
];

export interface ServerStart {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly logFile: string;
  /** The root unless given. */
  readonly cwd?: string;
  /** What it understands as an orderly stop, and what ends it when that takes too long. */
  readonly ends?: { readonly orderly: NodeJS.Signals; readonly atOnce: NodeJS.Signals };
}

const fastThenImmediate = { orderly: 'SIGINT', atOnce: 'SIGQUIT' } as const;

/** A server that lives no longer than its step. Its log is read as it grows. */
export class ForegroundServer {
  readonly #child: ChildProcess;
  readonly #ended: Promise<unknown>;
  readonly #log: FileHandle;
  #read = 0;
  #rest = '';
  readonly #ends: NonNullable<ServerStart['ends']>;

  private constructor(child: ChildProcess, log: FileHandle, ends: NonNullable<ServerStart['ends']>) {
    this.#child = child;
    this.#log = log;
    this.#ends = ends;
    this.#ended = once(child, 'exit');
  }

  static async start(
    { argv, env, logFile, cwd = '/', ends = fastThenImmediate }: ServerStart,
    context: ActionContext,
  ): Promise<ForegroundServer> {
    const log = await open(logFile, 'w+');
    const [program = '', ...rest] = argv;
    const child = spawn(program, rest, {
      cwd,
      env: { ...process.env, ...env, ...markedEnvironment(context) },
      stdio: ['ignore', log.fd, log.fd],
      detached: true, // A signal to the step must reach it by us, as the one that it understands.
    });
    await once(child, 'spawn');
    return new ForegroundServer(child, log, ends);
  }

  get hasEnded(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  /** Its exit code when it has ended; 128 + number of the signal that ended it, as shells have it. */
  get exit(): number {
    return exitNumber(this.#child.exitCode, this.#child.signalCode);
  }

  /** The whole lines that were logged since the last call. */
  async newLines(): Promise<string[]> {
    const chunks: string[] = [];
    const buffer = Buffer.alloc(65_536);
    for (;;) {
      const { bytesRead } = await this.#log.read(buffer, 0, buffer.length, this.#read);
      if (bytesRead === 0) break;
      this.#read += bytesRead;
      chunks.push(buffer.toString('latin1', 0, bytesRead));
    }
    const lines = (this.#rest + chunks.join('')).split('\n');
    this.#rest = lines.pop() ?? '';
    return lines.map((line) => Buffer.from(line, 'latin1').toString());
  }

  /** An orderly stop; ended at once where that takes too long. */
  async stop(): Promise<void> {
    if (!this.hasEnded) this.#child.kill(this.#ends.orderly);
    const late = sleep(stopMs, 'late' as const, { ref: false });
    if ((await Promise.race([this.#ended, late])) === 'late') {
      this.#child.kill(this.#ends.atOnce);
      await this.#ended;
    }
    await this.#log.close();
  }
}
