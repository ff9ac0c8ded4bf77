import type { Limits } from '../core/plan.ts';
import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stepFiles } from '../actions/step-files.ts';
import { makeGroups } from './control-groups.ts';
import { existsSync } from 'node:fs';

/**
 * The argv that goes before the command of a try to keep it within its limits; what it starts to stay inherits them.
 * What this host cannot limit is said in the step's log: nothing is left undone for want of a limit.
 */
export async function limitingArgv(directory: string, limits: Limits): Promise<readonly string[]> {
  const { nice, files } = limits;
  return [
    ...(await groupArgv(directory, limits)),
    ...(files === undefined ? [] : ['prlimit', `--nofile=${files}:${files}`, '--']),
    ...(nice === undefined ? [] : ['nice', '-n', String(nice)]),
  ];
}

async function groupArgv(directory: string, { memory, processes }: Limits): Promise<readonly string[]> {
  if (memory === undefined && processes === undefined) return [];
  if (existsSync('/run/systemd/system')) return scopeArgv(memory, processes);
  try {
    return await makeGroups(directory, { memory, pids: processes });
  } catch (error) {
    const what = [memory !== undefined && 'memory', processes !== undefined && 'processes'].filter(Boolean);
    const line = `muster: ${what.join(' and ')} are not limited on this host: ${(error as Error).message}\n`;
    await appendFile(join(directory, stepFiles.log), line);
    return [];
  }
}

/** A scope leaves the command where it is, below its supervisor, and only puts it into a group of its own. */
const scopeArgv = (memory: number | undefined, processes: number | undefined): readonly string[] => [
  ...['systemd-run', '--scope', '--quiet', '--collect', ...(process.getuid?.() === 0 ? [] : ['--user'])],
  ...(memory === undefined ? [] : ['--property', `MemoryMax=${memory}`, '--property', 'MemorySwapMax=0']),
  ...(processes === undefined ? [] : ['--property', `TasksMax=${processes}`]),
  '--',
];
