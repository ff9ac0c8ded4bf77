import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ActionContext } from './action.ts';
import { serversFile, startedByVariable } from './detach.ts';
import { isAlive, type ProcessIdentity } from './process-identity.ts';
import { bears, runningProcesses } from './processes.ts';

/**
 * The server that a try started and that lives: as the try recorded it, or, where it was killed before, as the process says
 * itself. What the server started bears the same words; it leads its session.
 */
export async function serverStartedBy(
  context: Pick<ActionContext, 'token' | 'try' | 'workDirectory'>,
): Promise<ProcessIdentity | undefined> {
  const text = await readFile(join(context.workDirectory, serversFile), 'utf8').catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return '';
      throw error;
    },
  );
  // A line without its end was being written when the try was killed.
  const whole = text.split('\n').slice(0, -1);
  const recorded = whole.map((line) => JSON.parse(line) as ProcessIdentity).filter(isAlive);
  const marks = [`MUSTER_TOKEN=${context.token}`, `${startedByVariable}=${context.try}`];
  const marked = () =>
    runningProcesses().find(({ pid, session }) => pid === session && marks.every((mark) => bears(pid, mark)));
  return recorded.at(-1) ?? marked();
}
