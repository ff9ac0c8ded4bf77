import { readlinkSync } from 'node:fs';
import { readFile, realpath } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { isAlive, type ProcessIdentity, readProc } from '../process-identity.ts';
import { runningProcesses } from '../processes.ts';

/** What `postmaster.pid` says; the file has more lines, and they come as the server starts. */
export interface PidFile {
  readonly pid: number;
  readonly dataDirectory: string;
  /** `ready` once it takes connections. */
  readonly status: string;
}

export async function readPidFile(dataDirectory: string): Promise<PidFile | undefined> {
  const text = await readFile(join(dataDirectory, 'postmaster.pid'), 'utf8').catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined;
      throw error;
    },
  );
  if (text === undefined) return undefined;
  const lines = text.split('\n');
  return { pid: Number(lines[0]), dataDirectory: lines[1] ?? '', status: (lines[7] ?? '').trim() };
}

/**
 * Finds the server of a data directory by its working directory, which the kernel knows also when the
 * directory, and `postmaster.pid` with it, is gone or has been made anew. Every process of a server works in
 * its data directory: the server itself is the one whose parent does not.
 */
export async function findPostmaster(dataDirectory: string): Promise<ProcessIdentity | undefined> {
  const directory = await whereItIs(dataDirectory);
  const those = runningProcesses().filter(({ pid }) => isPostgres(pid) && worksIn(pid, directory));
  const pids = new Set(those.map(({ pid }) => pid));
  return those.find(({ pid }) => !pids.has(parentOf(pid))) ?? those[0];
}

/** As the kernel names it, without the links on the way; the directory itself may be gone. */
async function whereItIs(directory: string): Promise<string> {
  const parent = await realpath(dirname(directory)).catch(() => dirname(directory));
  return realpath(directory).catch(() => join(parent, basename(directory)));
}

/** All processes of a server, itself included. */
export function processesOf(server: ProcessIdentity): ProcessIdentity[] {
  const children = runningProcesses().filter(({ pid }) => parentOf(pid) === server.pid);
  return isAlive(server) ? [server, ...children] : [];
}

/** Whether a process runs a PostgreSQL server that the worker's user may not look into. */
export function isHidden(pid: number): boolean {
  if (!isPostgres(pid)) return false;
  try {
    readlinkSync(`/proc/${pid}/cwd`);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EACCES';
  }
}

const isPostgres = (pid: number) => /^(postgres|postmaster)\n?$/.test(readProc(`/proc/${pid}/comm`) ?? '');

function worksIn(pid: number, directory: string): boolean {
  try {
    return readlinkSync(`/proc/${pid}/cwd`).replace(/ \(deleted\)$/, '') === directory;
  } catch {
    return false; // Gone meanwhile, or another user's: what cannot be seen cannot be stopped either.
  }
}

function parentOf(pid: number): number {
  const stat = readProc(`/proc/${pid}/stat`) ?? '';
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
}
