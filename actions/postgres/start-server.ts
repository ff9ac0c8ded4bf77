import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ActionFailure, type ActionContext } from '../action.ts';
import { spawnServer } from '../detach.ts';
import type { Account } from '../servers/account.ts';
import { readPidFile } from './postmaster.ts';
import { isAlive, type ProcessIdentity } from '../process-identity.ts';

const lookEveryMs = 50;

/**
 * Starts the server of a restored cluster, to stay, and waits until it takes connections.
 * @throws ActionFailure where it ends before: the data is in its place then, only the server is missing.
 */
export async function startServer(
  cluster: { readonly dataDirectory: string; readonly account: Account; readonly binaries: string },
  context: ActionContext,
): Promise<ProcessIdentity> {
  const { dataDirectory, account, binaries } = cluster;
  const log = join(dataDirectory, 'server.log');
  const argv = [...account.as, join(binaries, 'postgres'), '-D', dataDirectory];
  context.progress({ doing: 'starting the server' });
  const server = await spawnServer(argv, context, { log });
  for (;;) {
    const pidFile = await readPidFile(dataDirectory);
    if (pidFile?.pid === server.pid && pidFile.status === 'ready') return server;
    if (!isAlive(server)) break;
    await sleep(lookEveryMs, undefined, { signal: context.signal });
  }
  const said = (await readFile(log, 'utf8')).trim().split('\n').slice(-5).join(' ');
  throw new ActionFailure(
    `The data is restored and in its place, ${dataDirectory}, but its server does not start. Its log ${log} ends with: ${said}. Mend that and start it by hand (${argv.join(' ')}), or retry.`,
  );
}
