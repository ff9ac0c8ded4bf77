import { readFileSync } from 'node:fs';

/** Which process exactly: a pid is reused, a pid with its start time and the boot it lived in is not. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Field 22 of `/proc/<pid>/stat`: clock ticks after boot. */
  readonly startTicks: number;
  readonly bootId: string;
}

/** What `/proc` tells about a process. `state` is its letter there; `Z` is dead and only not yet collected. */
export interface ProcessStatus {
  readonly state: string;
  readonly parent: number;
  readonly session: number;
  readonly startTicks: number;
}

/** The id of this boot of the machine; after a reboot it is another. */
export const bootId = (): string => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();

/** Reads the status of a process; undefined where there is none. */
export function processStatus(pid: number): ProcessStatus | undefined {
  const stat = readProc(`/proc/${pid}/stat`);
  if (stat === undefined) return undefined;
  // The command's name (field 2) may hold blanks and brackets, so fields are counted from its last bracket.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return {
    state: fields[0] ?? '',
    parent: Number(fields[1]),
    session: Number(fields[3]),
    startTicks: Number(fields[19]),
  };
}

/** The identity of a running process. @throws RangeError where there is none with this pid. */
export function identify(pid: number): ProcessIdentity {
  const status = processStatus(pid);
  if (!status) throw new RangeError(`there is no process ${pid}`);
  return { pid, startTicks: status.startTicks, bootId: bootId() };
}

/** Whether exactly this process lives. */
export function isAlive(identity: ProcessIdentity): boolean {
  const status = processStatus(identity.pid);
  if (!status || status.state === 'Z') return false;
  return status.startTicks === identity.startTicks && identity.bootId === bootId();
}

/** Reads a file of `/proc`; undefined where the process is gone or belongs to somebody else. */
export function readProc(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ESRCH' || code === 'EACCES' || code === 'EPERM') return undefined;
    throw error;
  }
}
