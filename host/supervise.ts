import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { tryVariable } from '../actions/detach.ts';

const supervisor = fileURLToPath(new URL('supervisor.sh', import.meta.url));

/** How a supervisor ended: nothing left to do, could not write (nothing was started), or another one is at it. */
export type SupervisorEnd = 'over' | 'not-written' | 'held';

export interface Launch {
  /** The step directory, its intent written. */
  readonly directory: string;
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/**
 * Starts a supervisor for a try, in a session of its own: it outlives whoever starts it. May be called as often
 * as anybody likes, the lock lets one work and the files say whether there is anything left to do.
 * @returns once it runs; `ended` settles when it ends, and keeps nobody alive.
 * @throws Error where no shell can be started.
 */
export async function startSupervisor(launch: Launch): Promise<{ readonly ended: Promise<SupervisorEnd> }> {
  const child = spawn('/bin/sh', [supervisor, launch.directory, ...launch.argv], {
    cwd: launch.directory,
    env: { ...process.env, ...launch.env, [tryVariable]: launch.directory },
    stdio: 'ignore',
    detached: true,
  });
  await once(child, 'spawn');
  child.unref();
  const ended = once(child, 'exit').then(([code]): SupervisorEnd => {
    if (code === 74) return 'not-written';
    return code === 75 ? 'held' : 'over';
  });
  return { ended };
}
