import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { ActionContext } from '../action.ts';
import { serversFile, tryVariable } from '../detach.ts';
import { processIdentity } from '../identity-file.ts';
import { readJsonLines } from '../json-lines.ts';
import { openNetwork } from '../private-network.ts';
import { isAlive, type ProcessIdentity } from '../process-identity.ts';
import { bears, endProcesses, environmentOf, runningProcesses } from '../processes.ts';
import { stepFiles } from '../step-files.ts';

/** A server may have to write out its memory before it goes. */
const graceMs = 10_000;

/**
 * Ends what the run started and what is still there: the servers that it recorded and whatever bears its token.
 * Spared are the tries that are still under way, this one among them, and what holds the run's network.
 */
export async function sweepProcesses(
  context: Pick<ActionContext, 'token' | 'runDirectory' | 'log'>,
): Promise<{ readonly ended: number; readonly left: readonly number[] }> {
  const holder = (await openNetwork(context.runDirectory))?.holder.pid;
  const recorded = await recordedServers(context);
  const token = `MUSTER_TOKEN=${context.token}`;
  const find = () => {
    const bearing = runningProcesses().filter(({ pid }) => bears(pid, token) && !underWay(pid));
    const others = recorded.filter((one) => isAlive(one) && !bearing.some(({ pid }) => pid === one.pid));
    return [...bearing, ...others].filter(({ pid }) => pid !== holder);
  };
  const found = find().length;
  const left = await endProcesses(find, graceMs);
  return { ended: found - left.length, left: left.map(({ pid }) => pid) };
}

/** It belongs to a try whose end is not written down: ending it is what `stop` is for. */
function underWay(pid: number): boolean {
  const directory = environmentOf(pid)[tryVariable];
  return directory !== undefined && !existsSync(join(directory, stepFiles.exit));
}

/** Every server that the tries of the run recorded, those long gone included. */
async function recordedServers({
  runDirectory,
  log,
}: Pick<ActionContext, 'runDirectory' | 'log'>): Promise<ProcessIdentity[]> {
  const entries = await readdir(runDirectory, { withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isDirectory())
    .map((entry) => join(runDirectory, entry.name, stepFiles.work, serversFile));
  const identity = (value: unknown) => processIdentity.safeParse(value).data;
  return (await Promise.all(files.map((file) => readJsonLines(file, identity, log)))).flat();
}
