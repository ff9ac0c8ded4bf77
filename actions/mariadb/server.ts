import { chown, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ActionContext, ActionFailure } from '../action.ts';
import { spawnServer } from '../detach.ts';
import type { Account } from '../servers/account.ts';
import { isAlive } from '../process-identity.ts';
import { engineSettings, isUp } from './private-server.ts';

/** As `/proc/PID/comm` has them. */
export const mariadbPrograms: readonly string[] = ['mariadbd', 'mysqld'];

/** Where the restored server will live: see mariadb.restore. */
export interface Place {
  readonly dataDirectory: string;
  readonly port: number;
  readonly listen: string;
  readonly settings: Readonly<Record<string, string>>;
}

export const socketOf = ({ dataDirectory, settings }: Place): string =>
  settings['socket'] ?? join(dataDirectory, 'mariadb.sock');

/** The kernel takes no longer path of a socket. */
const longestSocket = 107;

export function mustHaveShortSocket(place: Place): void {
  const socket = socketOf(place);
  if (Buffer.byteLength(socket) <= longestSocket) return;
  throw new ActionFailure(
    `The path of the socket ${socket} is longer than ${longestSocket} bytes. Say another with settings: { socket: … }.`,
    { kind: 'terminal' },
  );
}

/**
 * Writes the `my.cnf` that the server is started with, and nothing else: it replicates from nobody and writes no binary log, unless
 * the step's settings say so.
 */
export async function configure(directory: string, place: Place, account: Account): Promise<void> {
  const settings = {
    ...(await engineSettings(directory)),
    datadir: place.dataDirectory,
    port: String(place.port),
    bind_address: place.listen,
    socket: socketOf(place),
    pid_file: join(place.dataDirectory, 'mariadb.pid'),
    skip_slave_start: 'ON',
    ...place.settings,
  };
  const lines = Object.entries(settings).map(([name, value]) => `${name} = "${value}"\n`);
  const file = join(directory, 'my.cnf');
  await writeFile(file, `[mysqld]\n${lines.join('')}`, { mode: 0o600 });
  await chown(file, account.uid, account.gid);
}

/** Starts the server in its place, to stay, and waits until it answers. @returns its pid. */
export async function startServer(place: Place, account: Account, context: ActionContext): Promise<number> {
  const { dataDirectory } = place;
  const log = join(dataDirectory, 'server.log');
  const argv = [...account.as, 'mariadbd', `--defaults-file=${join(dataDirectory, 'my.cnf')}`];
  context.progress({ doing: 'starting the server' });
  const server = await spawnServer(argv, context, { log });
  while (isAlive(server)) {
    if (await isUp(socketOf(place), context)) return server.pid;
    await sleep(100, undefined, { signal: context.signal });
  }
  throw new ActionFailure(
    `The data is restored and in its place, ${dataDirectory}, but its server does not start. Its log ${log} says why. Mend that and start it by hand (${argv.join(' ')}), or retry.`,
  );
}
