import { setTimeout as sleep } from 'node:timers/promises';
import type { z } from 'zod';
import { proveSilent } from '../accepts-connections.ts';
import { ActionFailure, type ActionContext, type Run } from '../action.ts';
import { findPostmaster, isHidden, processesOf, readPidFile } from '../postgres/postmaster.ts';
import { isAlive, type ProcessIdentity } from '../process-identity.ts';
import { endProcesses } from '../processes.ts';
import type { description } from './describe.ts';

type Input = z.output<typeof description.input>;

/** How long it may take to stop at once (SIGQUIT), before its processes are killed. */
const immediateMs = 10_000;
const lookEveryMs = 50;

/**
 * A fast shutdown (SIGINT): sessions are ended, everything is written. What does not end in its grace is made
 * to stop at once (SIGQUIT), which loses nothing that was committed, and killed when even that hangs.
 */
export const run: Run<Input> = async (input, context) => {
  const server = await findPostmaster(input.dataDirectory);
  if (server) await stop(server, input.grace, context);
  else await mustNotBeHidden(input.dataDirectory);
  if (input.port !== undefined) await proveSilent(`127.0.0.1:${input.port}`, context.signal);
  const figures = { stopped: true, alreadyStopped: !server };
  return { outputs: figures, findings: { value: true, ...figures }, found: { alreadyStopped: !server } };
};

async function stop(server: ProcessIdentity, graceMs: number, context: ActionContext): Promise<void> {
  context.log(`stopping the server with pid ${server.pid}`);
  const all = processesOf(server);
  if (await endsAfter(server, 'SIGINT', graceMs, context.signal)) return;
  context.log(`it did not stop within ${graceMs / 1_000} s: making it stop at once`);
  if (await endsAfter(server, 'SIGQUIT', immediateMs, context.signal)) return;
  const living = await endProcesses(() => all.filter(isAlive), 0);
  if (living.length === 0) return;
  throw new ActionFailure(
    `The server with pid ${server.pid} lives on even after KILL: it hangs in the kernel, on a disk or a network that is gone. Cut its host off.`,
    { findings: { value: false, stopped: false } },
  );
}

async function endsAfter(
  server: ProcessIdentity,
  name: NodeJS.Signals,
  graceMs: number,
  signal: AbortSignal,
): Promise<boolean> {
  send(server, name);
  for (const until = performance.now() + graceMs; performance.now() < until;) {
    if (!isAlive(server)) return true;
    await sleep(lookEveryMs, undefined, { signal });
  }
  return !isAlive(server);
}

function send(server: ProcessIdentity, name: NodeJS.Signals): void {
  if (!isAlive(server)) return;
  try {
    process.kill(server.pid, name);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ESRCH') return;
    throw new ActionFailure(
      `The server with pid ${server.pid} cannot be stopped (${code}): it belongs to another user than the worker's. Stop it as its user or as root.`,
      { cause, findings: { value: false, stopped: false } },
    );
  }
}

/** An ordinary user does not see where the processes of others work, but may read which pid the file names. */
async function mustNotBeHidden(directory: string): Promise<void> {
  const file = await readPidFile(directory).catch((cause: NodeJS.ErrnoException) => {
    throw new ActionFailure(
      `${directory} cannot be read (${cause.code}): nobody can tell whether its server runs. Run the worker as the server's user or as root.`,
      { cause },
    );
  });
  if (!file || !Number.isInteger(file.pid) || !isHidden(file.pid)) return;
  throw new ActionFailure(
    `${directory}/postmaster.pid names process ${file.pid}, which runs, but which the worker's user may not look into. Run the worker as the server's user or as root.`,
  );
}
