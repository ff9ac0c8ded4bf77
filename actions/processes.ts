import { readdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { bootId, isAlive, type ProcessIdentity, processStatus, readProc } from './process-identity.ts';

export interface RunningProcess extends ProcessIdentity {
  readonly session: number;
}

/** Every process of this host that still runs; the dead that nobody has collected are left out. */
export function runningProcesses(): RunningProcess[] {
  const boot = bootId();
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      const status = processStatus(Number(name));
      if (!status || status.state === 'Z') return [];
      return [{ pid: Number(name), startTicks: status.startTicks, bootId: boot, session: status.session }];
    });
}

/** The environment that a process was started with; empty where it is gone or not ours to look at. */
export const environmentOf = (pid: number): Readonly<Record<string, string>> =>
  Object.fromEntries(
    (readProc(`/proc/${pid}/environ`) ?? '')
      .split('\0')
      .map((variable) => [variable.split('=', 1)[0] ?? '', variable.slice(variable.indexOf('=') + 1)]),
  );

/** Whether a process was started with exactly this `NAME=value` in its environment. */
export const bears = (pid: number, variable: string): boolean =>
  `\0${readProc(`/proc/${pid}/environ`) ?? ''}`.includes(`\0${variable}\0`);

/**
 * Ends processes: TERM, so many milliseconds of grace, KILL. `find` is asked again and again, because what is
 * being ended may start more; a process gets TERM once.
 * @returns those that live even so, after another five seconds (they hang in the kernel, or are not ours to end).
 */
export async function endProcesses(
  find: () => readonly ProcessIdentity[],
  graceMs: number,
): Promise<readonly ProcessIdentity[]> {
  const asked = new Set<number>();
  const killAt = performance.now() + graceMs;
  const giveUpAt = killAt + 5_000;
  for (;;) {
    const living = find();
    const now = performance.now();
    if (living.length === 0 || now > giveUpAt) return living;
    for (const one of living) {
      if (now >= killAt) send(one, 'SIGKILL');
      else if (!asked.has(one.pid)) send(one, 'SIGTERM');
      asked.add(one.pid);
    }
    await sleep(50);
  }
}

function send(target: ProcessIdentity, signal: 'SIGTERM' | 'SIGKILL'): void {
  if (!isAlive(target)) return;
  try {
    process.kill(target.pid, signal);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ESRCH' && code !== 'EPERM') throw error; // What may not be ended is reported as living.
  }
}
