import { readlinkSync } from 'node:fs';
import { ActionFailure } from './action.ts';
import { runningProcesses } from './processes.ts';

/** The pid of a process whose working directory is a directory, or lies below it: a server in its data. */
export const worksIn = (directory: string): number | undefined =>
  runningProcesses().find(({ pid }) => {
    const cwd = workingDirectory(pid);
    return cwd === directory || cwd?.startsWith(`${directory}/`);
  })?.pid;

/** @throws ActionFailure where a process works in the directory. */
export function mustBeIdle(directory: string): void {
  const pid = worksIn(directory);
  if (pid === undefined) return;
  throw new ActionFailure(
    `Process ${pid} works in ${directory}. Stop it first: what is moved away under a server is damaged.`,
  );
}

/** Undefined of what is gone by now, and of what may not be looked at. */
function workingDirectory(pid: number): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'EACCES' || code === 'ESRCH' || code === 'EPERM') return undefined;
    throw error;
  }
}
