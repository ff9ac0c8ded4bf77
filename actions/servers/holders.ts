import { readdirSync, readlinkSync, realpathSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { ActionFailure } from '../action.ts';
import { type ProcessIdentity, readProc } from '../process-identity.ts';
import { runningProcesses } from '../processes.ts';

/**
 * Finds the servers of a data directory by what they hold open in it, which the kernel knows also when the directory was
 * renamed or is gone.
 * @param programs the names of the server's program, as `/proc/PID/comm` has them.
 * @throws ActionFailure where one of those programs runs that the worker's user may not look into.
 */
export function serversOf(dataDirectory: string, programs: readonly string[]): ProcessIdentity[] {
  const directory = whereItIs(dataDirectory);
  const those = runningProcesses().filter(({ pid }) => programs.includes(nameOf(pid)));
  return those.filter(({ pid }) => holds(pid, directory));
}

const nameOf = (pid: number): string => (readProc(`/proc/${pid}/comm`) ?? '').trim();

/** As the kernel names it, without the links on the way; the directory itself may be gone. */
function whereItIs(directory: string): string {
  const parent = dirname(directory);
  return realOf(directory) ?? join(realOf(parent) ?? parent, basename(directory));
}

function realOf(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw error;
  }
}

function holds(pid: number, directory: string): boolean {
  try {
    return readdirSync(`/proc/${pid}/fd`).some((fd) => opened(pid, fd).startsWith(`${directory}/`));
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ESRCH') return false; // Gone meanwhile.
    throw new ActionFailure(
      `Process ${pid} runs ${nameOf(pid)}, and the worker's user may not see whether it works in ${directory} (${code}). Run the worker as the server's user or as root.`,
      { cause, findings: { value: false, stopped: false } },
    );
  }
}

function opened(pid: number, fd: string): string {
  try {
    return readlinkSync(`/proc/${pid}/fd/${fd}`);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return ''; // Closed meanwhile.
    throw error;
  }
}
