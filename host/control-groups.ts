import { createHash } from 'node:crypto';
import { appendFile, mkdir, readFile, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stepFiles } from '../actions/step-files.ts';

/** The file of a controller of control groups (version 1) that holds its limit. */
const limitFile = { memory: 'memory.limit_in_bytes', pids: 'pids.max' } as const;

type Controller = keyof typeof limitFile;

/** Enters the group named first and becomes the command that follows. */
const enter = 'echo $$ >"$0/cgroup.procs" && exec "$@"';

/**
 * Makes a control group for a try below the worker's own, in each hierarchy that is needed, and notes it in the step's
 * directory for its removal. @returns the argv that starts a command inside.
 * @throws Error where this host has no such hierarchy, or it may not be written.
 */
export async function makeGroups(
  directory: string,
  limits: Readonly<Record<Controller, number | undefined>>,
): Promise<readonly string[]> {
  const name = `muster-${createHash('sha256').update(directory).digest('hex').slice(0, 16)}`;
  const own = await readFile('/proc/self/cgroup', 'utf8');
  const argv: string[] = [];
  for (const controller of ['memory', 'pids'] as const) {
    const limit = limits[controller];
    if (limit === undefined) continue;
    const path = own
      .split('\n')
      .map((line) => line.split(':'))
      .find(([, names]) => names?.split(',').includes(controller))?.[2];
    if (path === undefined)
      throw new Error(`there is no control group of the kind ${controller} that could be divided`);
    const group = join('/sys/fs/cgroup', controller, path, name);
    await appendFile(join(directory, stepFiles.groups), `${group}\n`);
    await mkdir(group, { recursive: true });
    await writeFile(join(group, limitFile[controller]), String(limit));
    argv.push('sh', '-c', enter, group);
  }
  return argv;
}

/** Removes the groups of a try that is over; those in which something lives on, a server that it started, stay. */
export async function removeGroups(directory: string): Promise<void> {
  const text = await readFile(join(directory, stepFiles.groups), 'utf8').catch(ignore('ENOENT'));
  for (const group of new Set(text?.trim().split('\n'))) await rmdir(group).catch(ignore('ENOENT', 'EBUSY'));
}

const ignore =
  (...codes: readonly string[]) =>
  (error: NodeJS.ErrnoException): undefined => {
    if (!codes.includes(error.code ?? '')) throw error;
  };
