import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { z } from 'zod';
import type { RecoveryPoint } from '../../core/recovery-point.ts';
import type { Instant } from '../../core/units.ts';
import {
  type ActionContext,
  ActionFailure,
  type ActionResult,
  type List,
  type Run,
  type Settle,
} from '../action.ts';
import { leaveOut } from '../left-out.ts';
import { runOrFail } from '../child-process.ts';
import { type Backup, readBackup } from '../mariadb/backup.ts';
import { type BinlogRange, newestLogTime, readRange } from '../mariadb/binlog-range.ts';
import { type Build, prepareChain, sizeOf, verifyPages } from '../mariadb/build.ts';
import { isUp, withPrivateServer } from '../mariadb/private-server.ts';
import { replay } from '../mariadb/replay.ts';
import { backupDirectories, chainOf, chooseChain } from '../mariadb/repository.ts';
import { configure, mariadbPrograms, mustHaveShortSocket, socketOf, startServer } from '../mariadb/server.ts';
import { checkTables, keepOnly, newestRecord } from '../mariadb/tables.ts';
import { accountFor } from '../servers/account.ts';
import { addressOf } from '../servers/address.ts';
import { parseTarget } from '../servers/target.ts';
import { restoreDirectory, settleDirectory } from '../restore-directory.ts';
import { mustBeFree, mustReach } from '../servers/obstacles.ts';
import { serversOf } from '../servers/holders.ts';
import { finishSwap } from '../swap.ts';
import type { description } from './describe.ts';

type Input = z.output<typeof description.input>;

/** What can be known is looked at first: the chain of backups, every binary log. Then it is copied, prepared, replayed and checked beside. */
export const run: Run<Input> = async (input, context) => {
  const { dataDirectory, repository } = input;
  await finishSwap(dataDirectory, context);
  mustHaveShortSocket(input);
  await mustBeFree({ dataDirectory, addresses: [addressOf(input)] }, mariadbPrograms, context);
  const target = parseTarget(input.recoverTo)?.at;
  const chain = await chooseChain(repository, { backup: input.backup, until: target });
  const last = lastOf(chain);
  await mustBeOfThisVersion(last, context);
  const range =
    last.position && (await readRange(binlogsOf(input), { position: last.position, target }, context));
  const account = await accountFor(dataDirectory, input.runAs, 'mysql');
  const bytes = await sizeOf(chain);
  const fill = async (into: string) => {
    await mustReach(account, [into], context);
    return fillIn({ input, target, range, build: { chain, account, into, bytes } }, context);
  };
  const result = await restoreDirectory({ destination: dataDirectory, bytes, fill }, context);
  const pid = await startServer(input, account, context);
  return { ...result, outputs: { ...result.outputs, pid } };
};

export const settle: Settle<Input> = async (input, context) => {
  const left = await settleDirectory(input.dataDirectory, context);
  if (left === 'not-done') return left;
  const [server] = serversOf(input.dataDirectory, mariadbPrograms);
  if (!server || !(await isUp(socketOf(input), context))) return 'partial';
  return left === 'done' ? left : { ...left, outputs: { ...left.outputs, pid: server.pid } };
};

/** Every backup whose chain is whole reaches from when it was complete to when its binary logs were last written. */
export const list: List<Input> = async (input, context) => {
  const tell = (why: unknown) => leaveOut(context, why);
  const read = await Promise.all(
    (await backupDirectories(input.repository)).map((directory) => readBackup(directory).catch(tell)),
  );
  const all = read.filter((backup) => backup !== undefined);
  const points: RecoveryPoint[] = [];
  for (const backup of all) {
    try {
      points.push(await pointOf(backup, chainOf(backup, all), input));
    } catch (error) {
      tell(error);
    }
  }
  return points;
};

async function pointOf(backup: Backup, chain: readonly Backup[], input: Input): Promise<RecoveryPoint> {
  const { id, time, full, position } = backup;
  const until = position && (await newestLogTime(binlogsOf(input), position));
  return {
    ...{ id, time },
    ...(until !== undefined && until > time && { until }),
    ...{ bytes: await sizeOf(chain), kind: full ? 'full' : 'incremental', copy: input.repository },
  };
}

const binlogsOf = ({ repository }: Input): string => join(repository, 'binlog');

function lastOf(chain: readonly Backup[]): Backup {
  const last = chain.at(-1);
  if (!last) throw new Error('a chain has at least its full backup');
  return last;
}

/** Preparing replays the redo log, which only a tool of the same version understands. */
async function mustBeOfThisVersion({ id, version }: Backup, context: ActionContext): Promise<void> {
  for (const tool of ['mariabackup', 'mariadbd']) {
    const { stdout, stderr } = await runOrFail([tool, '--version'], context, {
      doing: `Looking for ${tool}`,
    });
    const said = `${stdout.text(300)}${stderr.text(300)}`;
    const has = /(?:server|Ver) (\d+\.\d+)\./.exec(said)?.[1];
    if (has === version) continue;
    throw new ActionFailure(
      `The backup ${id} is of MariaDB ${version}, and ${tool} on this host is of ${has ?? said}. Install that version: no other prepares it.`,
      { kind: 'terminal' },
    );
  }
}

interface Filling {
  readonly input: Input;
  readonly target: Instant | undefined;
  readonly range: BinlogRange | undefined;
  readonly build: Build;
}

async function fillIn(
  { input, target, range, build }: Filling,
  context: ActionContext,
): Promise<ActionResult> {
  const { account, into, chain } = build;
  const cluster = { directory: into, account };
  await prepareChain(build, context);
  await verifyPages(into, context);
  if (range) await withPrivateServer(cluster, (socket) => replay(socket, range, context), context);
  const found = await withPrivateServer(
    cluster,
    async (socket) => {
      if (input.only.length > 0) await keepOnly(socket, input.only, context);
      const tables = await checkTables(socket, context);
      const asked = input.newestRecord && (await newestRecord(socket, input.newestRecord, context));
      return { tables, newest: typeof asked === 'number' ? asked : undefined };
    },
    context,
  );
  await configure(into, input, account);
  await rm(join(into, 'mariadb.pid'), { force: true });
  return resultOf({ input, target, range, last: lastOf(chain), found });
}

interface Restored extends Omit<Filling, 'build'> {
  readonly last: Backup;
  readonly found: { readonly tables: number; readonly newest: Instant | undefined };
}

/** At the target it is recovered up to the target; at the end of the logs up to their last event; without logs up to the backup. */
function resultOf({ input, target, range, last, found }: Restored): ActionResult {
  const end = Math.max(last.time, range?.lastEvent ?? 0);
  const upTo = range?.stoppedAt === 'target' && target !== undefined ? target : Math.min(end, target ?? end);
  const newest = found.newest ?? range?.lastCommit;
  const figures = {
    recoveredUpTo: new Date(upTo).toISOString(),
    newestRecord: newest === undefined ? null : new Date(newest).toISOString(),
    stoppedAt: range?.stoppedAt ?? 'backup',
    tables: found.tables,
  };
  const connection = `mariadb://${addressOf(input)}`;
  return {
    outputs: { ...figures, connection, port: input.port, socket: socketOf(input), point: last.id },
    findings: { value: figures.recoveredUpTo, ...figures },
    found: { point: last.id, recoveredUpTo: upTo, ...(newest !== undefined && { newestRecord: newest }) },
  };
}
