import { chown, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { Instant } from '../../core/units.ts';
import { ActionFailure, type ActionContext } from '../action.ts';
import { Secrets } from '../secret.ts';
import { meaningOf } from '../exit-codes.ts';
import type { Account } from '../servers/account.ts';
import { diesWithUs, ForegroundServer } from '../servers/foreground-server.ts';
import { postgresExits } from './exits.ts';
import { ReplayLog } from './replay-log.ts';
import { asArguments, recoverySettings } from './settings.ts';
import type { WalRange } from './wal-archive.ts';

export interface Recovery {
  /** A verified cluster with `recovery.signal`; nobody else knows of it. */
  readonly directory: string;
  readonly account: Account;
  /** The directory of `postgres`. */
  readonly binaries: string;
  readonly version: number;
  /** Fetches a segment, as `restore_command` has it. */
  readonly restoreCommand: string;
  /** What that needs in its environment; values may be references to secrets. */
  readonly env?: Readonly<Record<string, string>>;
  readonly range: WalRange;
  /** A time with its zone; absent: the end of the archive. */
  readonly target?: string;
  readonly user: string;
  readonly database: string;
  /** Asks for the time of the newest record. */
  readonly newestRecord?: string;
}

/** How far it was recovered; the three figures are kept apart because none of them says what the others do. */
export interface Recovered {
  readonly stoppedAt: 'target' | 'end of archive';
  readonly lsn: string;
  readonly timeline: number;
  /** The last commit that was replayed; absent where none was. */
  readonly lastCommit?: Instant;
  readonly newestRecord?: Instant;
}

const lookEveryMs = 100;

/**
 * Replays archived WAL up to the target, or to the end, and promotes. The server listens in a private
 * directory only, and is stopped when this returns.
 *
 * A target after the last commit in the archive is fatal for PostgreSQL 13 and later; everything that was
 * committed by then is there all the same, so it is then replayed to the end.
 * @throws ActionFailure where WAL is missing or damaged before that, or the server says another reason.
 */
export async function recover(recovery: Recovery, context: ActionContext): Promise<Recovered> {
  if (recovery.target === undefined) {
    mustReachTheEnd(recovery.range);
    return replay(recovery, context);
  }
  const reached = await replay(recovery, context).catch((error: unknown) => {
    if (error instanceof TargetNotReached) return undefined;
    throw error;
  });
  if (reached) return reached;
  mustReachTheEnd(recovery.range);
  context.log(`Nothing in the archive was committed after ${recovery.target}: recovering to its end.`);
  const { target: _after, ...toTheEnd } = recovery;
  return replay(toTheEnd, context);
}

class TargetNotReached extends Error {}

async function replay(recovery: Recovery, context: ActionContext): Promise<Recovered> {
  const privateDirectory = await makePrivateDirectory(recovery.account);
  const log = new ReplayLog(recovery.range, context);
  const secrets = new Secrets();
  const env = await secrets.revealAll(recovery.env ?? {});
  const server = await ForegroundServer.start(
    { argv: argvOf(recovery, privateDirectory), env, logFile: join(context.workDirectory, 'recovery.log') },
    context,
  );
  try {
    await promoted({ recovery, server, log, secrets, privateDirectory }, context);
    const recovered = await figures(recovery, privateDirectory);
    if (recovery.target === undefined) log.mustHaveReachedTheEnd(recovered.lsn);
    return recovered;
  } finally {
    await server.stop();
    await rm(privateDirectory, { recursive: true, force: true });
  }
}

function argvOf(recovery: Recovery, privateDirectory: string): string[] {
  const { directory, account, binaries } = recovery;
  const settings = recoverySettings(directory, { ...recovery, privateDirectory });
  return [
    ...account.as,
    ...diesWithUs('INT'),
    join(binaries, 'postgres'),
    '-D',
    directory,
    ...asArguments(settings),
  ];
}

/** Short, because a Unix socket's path is limited to 107 bytes. */
async function makePrivateDirectory({ uid, gid }: Account): Promise<string> {
  const directory = await mkdtemp('/tmp/muster-pg-');
  await writeFile(join(directory, 'pg_hba.conf'), 'local all all trust\n');
  for (const path of [directory, join(directory, 'pg_hba.conf')]) await chown(path, uid, gid);
  return directory;
}

async function promoted(
  running: {
    recovery: Recovery;
    server: ForegroundServer;
    log: ReplayLog;
    secrets: Secrets;
    privateDirectory: string;
  },
  context: ActionContext,
): Promise<void> {
  const { recovery, server, log, secrets, privateDirectory } = running;
  for (;;) {
    context.signal.throwIfAborted();
    const ended = server.hasEnded; // Before its last lines are read.
    log.add((await server.newLines()).map((line) => secrets.redact(line)));
    if (ended && log.targetNotReached) throw new TargetNotReached();
    if (ended) throw recoveryFailed(server.exit, log.tail());
    if (log.acceptsConnections && (await isPromoted(recovery, privateDirectory))) return;
    await sleep(lookEveryMs);
  }
}

function recoveryFailed(exit: number, said: string): ActionFailure {
  const { means, kind } = meaningOf(exit, postgresExits);
  return new ActionFailure(
    `The recovery failed: postgres exited with ${exit} (${means}). The server said: ${said}`,
    { kind },
  );
}

async function isPromoted(recovery: Recovery, host: string): Promise<boolean> {
  try {
    const [row] = await ask(recovery, host, 'select pg_is_in_recovery() as recovering');
    return row?.['recovering'] === false;
  } catch (error) {
    // No answer yet, or it is just starting or stopping (57P01, 57P03): whether it ended is seen by its process.
    if (!(error instanceof pg.DatabaseError) || error.code?.startsWith('57P')) return false;
    throw new ActionFailure(
      `The recovered cluster cannot be asked as ${recovery.user}: ${error.message}. Say \`user\`, a superuser of this cluster.`,
      { cause: error },
    );
  }
}

async function figures(recovery: Recovery, host: string): Promise<Recovered> {
  const [row = {}] = await ask(
    recovery,
    host,
    `select pg_last_wal_replay_lsn()::text as lsn, pg_last_xact_replay_timestamp() as "lastCommit",
       ('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))::bit(32)::int as timeline, txid_current() as proof`,
  );
  const { lsn, lastCommit, timeline } = row;
  const newest = await newestRecord(recovery, host);
  return {
    stoppedAt: recovery.target === undefined ? 'end of archive' : 'target',
    lsn: String(lsn),
    timeline: Number(timeline),
    ...(lastCommit instanceof Date && { lastCommit: lastCommit.getTime() }),
    ...(newest !== undefined && { newestRecord: newest }),
  };
}

async function newestRecord(recovery: Recovery, host: string): Promise<Instant | undefined> {
  if (recovery.newestRecord === undefined) return undefined;
  try {
    const [row = {}] = await ask(recovery, host, recovery.newestRecord, recovery.database);
    const [time] = Object.values(row);
    if (time === null || time === undefined) return undefined;
    if (time instanceof Date) return time.getTime();
    throw new Error('it gives no timestamp');
  } catch (cause) {
    throw new ActionFailure(
      `The newest record cannot be found by ${JSON.stringify(recovery.newestRecord)}: ${(cause as Error).message}. Nothing was replaced.`,
      { cause },
    );
  }
}

async function ask(
  { user }: Recovery,
  host: string,
  query: string,
  database = 'template1',
): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ host, port: 5432, user, database, password: '', ssl: false });
  client.on('error', () => undefined); // Lost between two queries: the next one fails.
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(query)).rows;
  } finally {
    await client.end();
  }
}

function mustReachTheEnd({ gap }: WalRange): void {
  if (!gap) return;
  const until = gap.before && new Date(gap.before.time).toISOString();
  throw new ActionFailure(
    `WAL segment ${gap.name} ${gap.why}; what was committed from it on cannot be recovered. Nothing was replaced. Find the segment, ` +
      (until
        ? `or say recoverTo, a time before ${until} when the one before it was archived.`
        : 'or use an older base backup.'),
  );
}
