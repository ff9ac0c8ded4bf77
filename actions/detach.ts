import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, open } from 'node:fs/promises';
import { join } from 'node:path';
import type { ActionContext } from './action.ts';
import { markedEnvironment } from './marker.ts';
import { identify, type ProcessIdentity } from './process-identity.ts';

export interface ServerOptions {
  /** Set beside the environment of the step. */
  readonly env?: Readonly<Record<string, string>>;
  /** The root unless given: a server must not keep a directory from being removed. */
  readonly cwd?: string;
  /** Where its standard output and error are appended. */
  readonly log: string;
}

/** The variable that binds a process to the try that started it; what is meant to stay does not bear it. */
export const tryVariable = 'MUSTER_TRY';

/** In a step's work directory: the servers that it started to stay, one identity a line. */
export const serversFile = 'servers.jsonl';

/** Says which try started a server, from its first moment on: its try may end before it has recorded it. */
export const startedByVariable = 'MUSTER_STARTED_BY';

/**
 * Starts a server that outlives its step: a session of its own, no descriptor of ours (the step's lock above
 * all, which it would hold for ever), marked with the run's token but not with the try's. Its identity is
 * recorded in the step's work directory, so that clean-up reaches it.
 *
 * `[...enter, ...argv]` is what is started; the identity is that of its first process. A server that forks
 * into the background by itself loses its identity: start it in the foreground (`postgres -D …`, not `pg_ctl`).
 * @returns as soon as it runs; whether it serves is for the caller to find out.
 * @throws Error where the program cannot be started, or is gone before it could be identified.
 */
export async function spawnServer(
  argv: readonly string[],
  context: Pick<ActionContext, 'run' | 'try' | 'token' | 'enter' | 'workDirectory'>,
  options: ServerOptions,
): Promise<ProcessIdentity> {
  const [program = '', ...rest] = [...context.enter, ...argv];
  const { [tryVariable]: _bound, ...inherited } = process.env;
  const log = await open(options.log, 'a');
  try {
    const child = spawn(program, rest, {
      cwd: options.cwd ?? '/',
      env: {
        ...inherited,
        ...options.env,
        ...markedEnvironment(context),
        [startedByVariable]: context.try,
      },
      stdio: ['ignore', log.fd, log.fd],
      detached: true,
    });
    await once(child, 'spawn');
    child.unref();
    const server = identify(child.pid as number);
    await appendFile(join(context.workDirectory, serversFile), `${JSON.stringify(server)}\n`);
    return server;
  } finally {
    await log.close();
  }
}
