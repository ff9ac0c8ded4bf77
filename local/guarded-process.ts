import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { LocalFailure } from './local-failure.ts';
import { isAlive, type ProcessIdentity } from './process-identity.ts';

/**
 * A background process of which there is at most one per directory and name: it holds `<name>.lock` for as long as
 * it lives (the kernel sees to that) and has written who it is to `<name>.id`; its output goes to `<name>.log`.
 */
export interface Guarded {
  readonly directory: string;
  readonly name: string;
}

/** Exit code of `flock` where somebody else holds the lock. */
const taken = 75;

// The process writes its own identity under the lock and then becomes the program: no moment in which it runs unknown.
const become = `
start=$(cut -d' ' -f22 /proc/$$/stat) && read -r boot </proc/sys/kernel/random/boot_id &&
echo "$boot $$ $start" >"$0.new" && mv "$0.new" "$0" && exec "$@"`;

/**
 * Starts the program in a session of its own and returns who it is, or undefined where another one holds the place.
 * Throws a `LocalFailure` where it ends before it is up.
 */
export async function startGuarded(
  { directory, name }: Guarded,
  argv: readonly string[],
  env: NodeJS.ProcessEnv = process.env,
): Promise<ProcessIdentity | undefined> {
  const log = openSync(join(directory, `${name}.log`), 'a', 0o600);
  const file = join(directory, name);
  const child = spawn(
    'flock',
    ['--no-fork', '-n', '-E', String(taken), `${file}.lock`, 'sh', '-c', become, `${file}.id`, ...argv],
    { detached: true, stdio: ['ignore', log, log], env, cwd: '/' },
  );
  closeSync(log);
  let end: number | NodeJS.Signals | Error | undefined;
  child.on('error', (error) => (end = error));
  child.on('exit', (code, signal) => (end = code ?? signal ?? 1));
  child.unref();
  for (;;) {
    const identity = guardedIdentity({ directory, name });
    if (identity && identity.pid === child.pid) return identity;
    if (end === taken) return undefined;
    if (end instanceof Error) throw new LocalFailure(`${name} was not started: ${end.message}`, end);
    if (end !== undefined) {
      throw new LocalFailure(`${name} ended at once (${end}). ${lastLines({ directory, name })}`);
    }
    await sleep(10);
  }
}

/** Who the living process is, or undefined. */
export function guardedIdentity({ directory, name }: Guarded): ProcessIdentity | undefined {
  let text: string;
  try {
    text = readFileSync(join(directory, `${name}.id`), 'utf8');
  } catch {
    return undefined; // never started here
  }
  const [bootId = '', pid = '', startTicks = ''] = text.trim().split(' ');
  const identity = { bootId, pid: Number(pid), startTicks };
  return isAlive(identity) ? identity : undefined;
}

/** TERM, then KILL after `graceMs`; returns whether there was something to stop. */
export async function stopGuarded(guarded: Guarded, graceMs: number): Promise<boolean> {
  const identity = guardedIdentity(guarded);
  if (!identity) return false;
  for (const [signal, ms] of [
    ['SIGTERM', graceMs],
    ['SIGKILL', 5_000],
  ] as const) {
    if (isAlive(identity)) process.kill(identity.pid, signal);
    for (const until = Date.now() + ms; isAlive(identity) && Date.now() < until;) await sleep(20);
  }
  if (isAlive(identity)) throw new LocalFailure(`${guarded.name} (pid ${identity.pid}) does not end.`);
  return true;
}

/** The end of its log, for a message about why it does not stay up. */
export function lastLines({ directory, name }: Guarded, count = 5): string {
  const file = join(directory, `${name}.log`);
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return `It left no log at ${file}.`;
  }
  return `The end of ${file}:\n${text.trimEnd().split('\n').slice(-count).join('\n')}`;
}
