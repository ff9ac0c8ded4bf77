import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import * as fs from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const isRoot = process.getuid?.() === 0;

/** A server refuses root. */
const asServer = (argv: readonly string[]): string[] => [
  ...(isRoot ? ['setpriv', '--reuid', 'mysql', '--regid', 'mysql', '--init-groups'] : []),
  ...argv,
];

const call = (argv: readonly string[], input?: string): string => {
  const [program = '', ...rest] = argv;
  const stdio = [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'] as ('ignore' | 'pipe')[];
  return execFileSync(program, rest, {
    encoding: 'utf8',
    stdio,
    ...(input !== undefined && { input }),
  }).trim();
};

/** Runs statements at a socket as root, who has no password there. */
export const sql = (socket: string, statements: string): string =>
  call(
    ['mariadb', '--no-defaults', '-uroot', `--socket=${socket}`, '--batch', '--skip-column-names'],
    statements,
  );

/** A server of the test's own, with a binary log beside its data. */
export class OriginalServer {
  readonly #directory: string;
  #server: ChildProcess | undefined;

  constructor(directory: string) {
    this.#directory = directory;
    for (const name of ['', 'data', 'binlog', 'base']) {
      fs.mkdirSync(join(directory, name), { recursive: true });
      if (isRoot) call(['chown', 'mysql:mysql', join(directory, name)]);
    }
    const where = `--datadir=${join(directory, 'data')}`;
    call(asServer(['mariadb-install-db', '--no-defaults', where, '--auth-root-authentication-method=normal', '--skip-test-db'])); // prettier-ignore
  }

  get socket(): string {
    return join(this.#directory, 'socket');
  }

  async start(): Promise<void> {
    const [program = '', ...rest] = asServer([
      ...['mariadbd', '--no-defaults', '--skip-networking', '--server-id=1', `--socket=${this.socket}`],
      ...[
        `--datadir=${join(this.#directory, 'data')}`,
        `--log-bin=${join(this.#directory, 'binlog', 'binlog')}`,
      ],
    ]);
    this.#server = spawn(program, rest, { stdio: 'ignore' });
    for (;;) {
      try {
        sql(this.socket, 'select 1');
        return;
      } catch (error) {
        if (this.#server.exitCode !== null) throw error;
        await sleep(100);
      }
    }
  }

  /** By TERM all is written, and the next backup begins at another log sequence number. */
  async end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    if (!this.#server || this.#server.exitCode !== null || this.#server.signalCode !== null) return;
    const ended = once(this.#server, 'exit');
    this.#server.kill(signal);
    await ended;
  }

  backup(id: string, on?: string): void {
    const base = join(this.#directory, 'base');
    call(
      asServer([
        ...['mariabackup', '--no-defaults', '--user=root', `--socket=${this.socket}`, '--backup'],
        `--target-dir=${join(base, id)}`,
        ...(on === undefined ? [] : [`--incremental-basedir=${join(base, on)}`]),
      ]),
    );
  }
}
