import { tryVariable } from './detach.ts';
import { type ProcessIdentity, processStatus } from './process-identity.ts';
import { bears, endProcesses, runningProcesses } from './processes.ts';

/** How long what is left may take to end before it is killed, in milliseconds. */
const graceMs = 5_000;

/**
 * Ends what a failed command left at work, so that no next try works beside it: all that bears the token of this process's
 * try, but for this process and those that it descends from. What was started to stay bears none.
 * @returns what lives even so.
 */
export async function endLeftovers(): Promise<readonly ProcessIdentity[]> {
  const bound = process.env[tryVariable];
  if (bound === undefined) return [];
  const spared = ancestry(process.pid);
  const left = () =>
    runningProcesses().filter(({ pid }) => !spared.has(pid) && bears(pid, `${tryVariable}=${bound}`));
  return endProcesses(left, graceMs);
}

/** A process and all that it descends from. */
function ancestry(pid: number): ReadonlySet<number> {
  const line = new Set<number>();
  for (let next: number | undefined = pid; next !== undefined && next > 0; next = processStatus(next)?.parent)
    line.add(next);
  return line;
}
