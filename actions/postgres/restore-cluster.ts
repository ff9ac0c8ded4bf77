import { readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ActionContext, ActionResult } from '../action.ts';
import { runOrFail } from '../child-process.ts';
import { type Beside, besideOf, mustTakeRestore } from '../destination.ts';
import { exists } from '../exists.ts';
import { keepResult, keptResult } from '../kept-result.ts';
import { readMarker } from '../marker.ts';
import { finishSwap, swapIn } from '../swap.ts';
import type { Account } from '../servers/account.ts';
import { configure } from './build-cluster.ts';
import { mustReach } from '../servers/obstacles.ts';
import { mustBeAbleToRun } from './obstacles.ts';
import { findPostmaster, readPidFile } from './postmaster.ts';
import { recover } from './recover.ts';
import { type BackupId, resultOf } from './restore-result.ts';
import { startServer } from './start-server.ts';
import { parseTarget } from '../servers/target.ts';
import type { WalRange } from './wal-archive.ts';

/** Where a restored cluster will live, and as what: see cluster-fields.ts. */
export interface ClusterInput {
  readonly dataDirectory: string;
  readonly port: number;
  readonly listen: string;
  readonly user: string;
  readonly database: string;
  readonly recoverTo: string;
  readonly newestRecord?: string | undefined;
  readonly settings: Readonly<Record<string, string>>;
}

/** Verified files of a cluster, and what is to be replayed on them. */
export interface Filled {
  readonly version: number;
  /** The directory of `postgres`. */
  readonly binaries: string;
  readonly range: WalRange;
  /** Fetches a segment, as `restore_command` has it. */
  readonly restoreCommand: string;
  readonly env?: Readonly<Record<string, string>>;
}

export interface ClusterSource {
  readonly base: BackupId;
  readonly bytes: number;
  readonly account: Account;
  /** Directories that the server's account must be able to enter. */
  readonly reads: readonly string[];
  /** Makes the directory `build` with verified files of the backup in it. */
  readonly fill: (beside: Beside) => Promise<Filled>;
}

/** @throws ActionFailure where a server of the cluster runs, or its port is taken. A swap that was interrupted is finished first. */
export async function mustBeFree(input: ClusterInput, context: ActionContext): Promise<void> {
  await finishSwap(input.dataDirectory, context);
  await mustBeAbleToRun(input, context);
}

/**
 * Built beside, verified, recovered and promoted there, where nobody else can reach it; swapped in and started
 * in its place at the end. Until the swap nothing at the destination has changed.
 */
export async function restoreCluster(
  input: ClusterInput,
  source: ClusterSource,
  context: ActionContext,
): Promise<ActionResult> {
  const { dataDirectory } = input;
  const { account } = source;
  const beside = besideOf(dataDirectory, context);
  await mustTakeRestore(dataDirectory, source.bytes);
  await mustReach(account, [dirname(dataDirectory), ...source.reads], context);
  const { binaries, result } = await build({ input, source, beside }, context).catch(
    async (error: unknown) => {
      await rm(beside.build, { recursive: true, force: true });
      throw error;
    },
  );
  await swapIn(beside, context);
  const { pid } = await startServer({ dataDirectory, account, binaries }, context);
  return { ...result, outputs: { ...result.outputs, pid } };
}

/** A look at what an interrupted restore of a cluster left. */
export async function settleCluster(
  dataDirectory: string,
  context: ActionContext,
): Promise<ActionResult | 'done' | 'not-done' | 'partial'> {
  await finishSwap(dataDirectory, context);
  if ((await readMarker(dataDirectory))?.try !== context.try) return 'not-done';
  const server = await findPostmaster(dataDirectory);
  if (!server || (await readPidFile(dataDirectory))?.status !== 'ready') return 'partial';
  const result = await keptResult(context);
  return result === 'done' ? result : { ...result, outputs: { ...result.outputs, pid: server.pid } };
}

interface Building {
  readonly input: ClusterInput;
  readonly source: ClusterSource;
  readonly beside: Beside;
}

/** Everything that comes before the swap. */
async function build({ input, source, beside }: Building, context: ActionContext) {
  const { base, account, fill } = source;
  const { dataDirectory, port, listen, settings, user, database, newestRecord } = input;
  const target = parseTarget(input.recoverTo);
  const filled = await fill(beside);
  const server = { dataDirectory, port, listen, version: filled.version, more: settings };
  await configure({ build: beside.build, account }, server, context);
  const recovered = await recover(
    {
      ...filled,
      directory: beside.build,
      account,
      user,
      database,
      ...(target && { target: target.text }),
      ...(newestRecord !== undefined && { newestRecord }),
    },
    context,
  );
  await runOrFail(['sync', '--file-system', beside.build], context, {
    doing: 'Writing the cluster to the disk',
  });
  const aside = (await exists(dataDirectory)) ? beside.aside : null;
  const result = resultOf({ input, base, target, range: filled.range, recovered, aside });
  await keepResult(result, context);
  return { binaries: filled.binaries, result };
}

/** The major version that the files of a cluster need. */
export const versionOf = async (directory: string): Promise<number> =>
  parseInt(await readFile(join(directory, 'PG_VERSION'), 'utf8'), 10);

/** The first segment that a backup needs, by its `backup_label`. */
export async function firstSegment(directory: string): Promise<string> {
  const label = await readFile(join(directory, 'backup_label'), 'utf8');
  return /^START WAL LOCATION: .*\(file ([0-9A-F]{24})\)/m.exec(label)?.[1] ?? '';
}
