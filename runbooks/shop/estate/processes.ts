import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Account, type Estate, places } from './layout.ts';

export interface Running {
  readonly pid: number;
  /** `postgres`, `api`, `traffic` or `customers`. */
  readonly what: string;
  readonly argv: readonly string[];
}

interface Start {
  readonly name: string;
  readonly argv: readonly string[];
  readonly as?: Account;
}

/** Starts a server of the estate in a session of its own, its output in `logs/NAME.log`, and returns its pid. */
export function start(estate: Pick<Estate, 'directory'>, { name, argv, as }: Start): number {
  const { logs } = places(estate);
  mkdirSync(logs, { recursive: true });
  const log = openSync(join(logs, `${name}.log`), 'a');
  const [command = '', ...rest] = asAccount(argv, as);
  const child = spawn(command, rest, {
    detached: true,
    stdio: ['ignore', log, log],
    cwd: estate.directory,
  });
  child.on('error', () => {}); // The missing pid tells.
  child.unref();
  closeSync(log);
  if (child.pid === undefined) throw new Error(`${command} cannot be started`);
  return child.pid;
}

/** The command as another account runs it; unchanged without one. */
export const asAccount = (argv: readonly string[], account: Account | undefined): readonly string[] =>
  account ? ['setpriv', `--reuid=${account.uid}`, `--regid=${account.gid}`, '--clear-groups', ...argv] : argv;

/**
 * The servers of an estate, whoever started them: a recovery starts some, too. They are known by their command
 * line, which names the estate's directory; so one is found whose files are gone.
 */
export function running(estate: Pick<Estate, 'directory'>): Running[] {
  const inside = `${estate.directory}/`;
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .flatMap((entry) => {
      const argv = argvOf(Number(entry));
      const what = argv && serverIn(argv);
      return what && argv.some((word) => word.startsWith(inside)) ? [{ pid: Number(entry), what, argv }] : [];
    });
}

function serverIn(argv: readonly string[]): string | undefined {
  if (argv[0]?.endsWith('/postgres')) return 'postgres';
  return /\/runbooks\/shop\/services\/(\w+)\.mjs$/.exec(argv[1] ?? '')?.[1];
}

function argvOf(pid: number): string[] | undefined {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').slice(0, -1);
  } catch {
    return undefined; // It has ended meanwhile.
  }
}

/** Ends servers: asks, and after five seconds insists. A postmaster that dies takes its children along. */
export async function end(servers: readonly Running[]): Promise<void> {
  const alive = () => servers.filter(({ pid, argv }) => argvOf(pid)?.join('\0') === argv.join('\0'));
  const send = (signal: (server: Running) => NodeJS.Signals) => {
    for (const server of alive()) signalOne(server.pid, signal(server));
  };
  // SIGINT is PostgreSQL's fast shutdown; SIGTERM waits for its clients.
  send(({ what }) => (what === 'postgres' ? 'SIGINT' : 'SIGTERM'));
  for (let waited = 0; alive().length > 0 && waited < 5_000; waited += 50) await sleep(50);
  send(() => 'SIGKILL');
  for (let waited = 0; alive().length > 0 && waited < 5_000; waited += 50) await sleep(50);
}

function signalOne(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
