import { chown, mkdtemp, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ActionFailure, type ActionContext } from '../action.ts';
import { runChild } from '../child-process.ts';
import type { Account } from '../servers/account.ts';
import { diesWithUs, ForegroundServer } from '../servers/foreground-server.ts';

export interface Cluster {
  readonly directory: string;
  readonly account: Account;
}

const lookEveryMs = 100;

/**
 * Starts a server on a prepared directory where nobody else can reach it: one socket in a private directory, no rights
 * asked (a restore knows no password), no replication, no events, no binary log. It is stopped when `use` is done.
 * @throws ActionFailure with what the server says where it does not start, or where it ends meanwhile.
 */
export async function withPrivateServer<T>(
  cluster: Cluster,
  use: (socket: string) => Promise<T>,
  context: ActionContext,
): Promise<T> {
  const { account } = cluster;
  const directory = await mkdtemp('/tmp/muster-mariadb-');
  await chown(directory, account.uid, account.gid);
  const socket = join(directory, 'socket');
  const logFile = join(context.workDirectory, 'recovery.log');
  const argv = await argvOf(cluster, socket);
  const ends = { orderly: 'SIGTERM', atOnce: 'SIGKILL' } as const;
  const server = await ForegroundServer.start({ argv, env: {}, logFile, ends }, context);
  try {
    await answers(server, socket, context);
    return await use(socket).catch((error: unknown) => {
      if (server.hasEnded && !context.signal.aborted) throw ended(logFile, error);
      throw error;
    });
  } finally {
    await server.stop();
    await rm(directory, { recursive: true, force: true });
  }
}

async function argvOf({ account, directory }: Cluster, socket: string): Promise<string[]> {
  const own = Object.entries(await engineSettings(directory));
  return [
    ...account.as,
    ...diesWithUs('TERM'),
    ...['mariadbd', '--no-defaults', `--datadir=${directory}`, `--socket=${socket}`],
    ...['--skip-networking', '--skip-grant-tables', '--skip-log-bin', '--skip-slave-start'],
    ...[`--pid-file=${socket}.pid`, '--max-allowed-packet=1G'],
    ...own.map(([name, value]) => `--${name}=${value}`),
  ];
}

/** How the files of InnoDB are laid out, as the backup says in its `backup-my.cnf`: with other values no server starts on them. */
export async function engineSettings(directory: string): Promise<Record<string, string>> {
  const text = await readFile(join(directory, 'backup-my.cnf'), 'utf8');
  const lines = text.split('\n').map((line) => /^(innodb_\w+)=(.*)$/.exec(line) ?? []);
  const wanted = /^innodb_(page_size|data_file_path|undo_tablespaces|undo_directory|checksum_algorithm)$/;
  return Object.fromEntries(
    lines.flatMap(([, key = '', value = '']) => (wanted.test(key) ? [[key, value]] : [])),
  );
}

async function answers(server: ForegroundServer, socket: string, context: ActionContext): Promise<void> {
  while (!(await isUp(socket, context))) {
    if (server.hasEnded) throw ended(join(context.workDirectory, 'recovery.log'));
    await sleep(lookEveryMs, undefined, { signal: context.signal });
  }
}

/** It passes also where the server lets nobody in. */
export async function isUp(socket: string, context: ActionContext): Promise<boolean> {
  const argv = ['mariadb-admin', '--no-defaults', `--socket=${socket}`, 'ping'];
  return (await runChild(argv, { ...context, log: () => undefined })).exit === 0;
}

const ended = (log: string, cause?: unknown) =>
  new ActionFailure(
    `The server on the restored data ended, or did not start; nothing was replaced. Its log ${log} says why.`,
    { cause },
  );
