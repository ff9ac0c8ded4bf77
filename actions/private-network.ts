import { execFile } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { replaceDurably } from './durable.ts';
import { isAlive, type ProcessIdentity } from './process-identity.ts';

/** What holds a run's private network: a process that lives in it and does nothing else. */
export interface Network {
  readonly holder: ProcessIdentity;
  /** Made by an ordinary user, in a user namespace of its own. */
  readonly user: boolean;
}

const networkFile = (runDirectory: string): string => join(runDirectory, 'network.json');

const isRoot = (): boolean => process.getuid?.() === 0;

/** Puts a command into a network and a mount namespace of its own. It keeps its user, so that servers start. */
export function withNetwork(argv: readonly string[]): string[] {
  const user = isRoot() ? [] : ['--user', '--map-current-user', '--keep-caps'];
  return ['unshare', ...user, '--net', '--mount', '--', ...argv];
}

/** Whether this host lets us make private networks; if not, what it says. */
export async function canMakeNetworks(): Promise<true | string> {
  const [program = '', ...rest] = withNetwork([
    'sh',
    '-c',
    'ip link set lo up && mount -t tmpfs muster /tmp',
  ]);
  try {
    await promisify(execFile)(program, rest);
    return true;
  } catch (error) {
    const { stderr, message } = error as Error & { stderr?: string };
    return (stderr ?? message).trim() || message;
  }
}

export async function recordNetwork(runDirectory: string, holder: ProcessIdentity): Promise<void> {
  const network: Network = { holder, user: !isRoot() };
  await replaceDurably(networkFile(runDirectory), JSON.stringify(network));
}

export const forgetNetwork = (runDirectory: string): Promise<void> =>
  rm(networkFile(runDirectory), { force: true });

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
