import { readlinkSync } from 'node:fs';
import { ActionFailure, type Run } from '../action.ts';
import { forgetNetwork, openNetwork } from '../private-network.ts';
import { endProcesses, runningProcesses } from '../processes.ts';

const graceMs = 5_000;

/** Where the holder is gone nothing tells any more who lived with it; the clean-up finds them by their token. */
export const run: Run<object> = async (_input, { runDirectory }) => {
  const network = await openNetwork(runDirectory);
  const namespace = network && namespaceOf(network.holder.pid);
  const inside = () => runningProcesses().filter(({ pid }) => namespaceOf(pid) === namespace);
  const found = namespace === undefined ? [] : inside();
  const left = namespace === undefined ? [] : await endProcesses(inside, graceMs);
  if (left.length > 0) {
    const pids = left.map(({ pid }) => pid).join(', ');
    throw new ActionFailure(`the network cannot be closed: process ${pids} lives on in it after KILL`);
  }
  await forgetNetwork(runDirectory);
  return { outputs: {}, findings: { value: found.length } };
};

/** Which network a process lives in; undefined where it is gone or not ours to look at. */
function namespaceOf(pid: number): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/ns/net`);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'EACCES' || code === 'ESRCH') return undefined;
    throw error;
  }
}
