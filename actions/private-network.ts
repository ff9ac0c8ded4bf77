import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isAlive, type ProcessIdentity } from './process-identity.ts';

/** What holds a run's private network: a process that lives in it and does nothing else. */
export interface Network {
  readonly holder: ProcessIdentity;
  /** Made by an ordinary user, in a user namespace of its own. */
  readonly user: boolean;
}

export const networkFile = (runDirectory: string): string => join(runDirectory, 'network.json');

/** The run's network; undefined where none was opened, or what held it is gone. */
export async function openNetwork(runDirectory: string): Promise<Network | undefined> {
  const text = await readFile(networkFile(runDirectory), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  const network = text === undefined ? undefined : (JSON.parse(text) as Network);
  return network && isAlive(network.holder) ? network : undefined;
}

/**
 * The argv that leads into the run's private network and its view of the files.
 * @throws Error where there is none: it was not opened, or this host was restarted since.
 */
export async function networkEntrance(runDirectory: string): Promise<string[]> {
  const network = await openNetwork(runDirectory);
  if (!network) throw new Error("the run's private network is not there (any more)");
  const user = network.user ? ['--user', '--preserve-credentials'] : [];
  return ['nsenter', '--target', String(network.holder.pid), ...user, '--net', '--mount', '--'];
}
