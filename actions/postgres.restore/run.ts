import { readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { z } from 'zod';
import type { ActionContext, List, Run, Settle } from '../action.ts';
import { runOrFail } from '../child-process.ts';
import { type Beside, besideOf, mustTakeRestore, removeOldBuilds } from '../destination.ts';
import { exists } from '../exists.ts';
import { keepResult, keptResult } from '../kept-result.ts';
import { readMarker } from '../marker.ts';
import { type Account, accountFor } from '../postgres/account.ts';
import { findBinaries } from '../postgres/binaries.ts';
import { configure, copyBase, verifyBase } from '../postgres/build-cluster.ts';
import { listPoints } from '../postgres/list-points.ts';
import { mustBeAbleToRun, mustReach } from '../postgres/obstacles.ts';
import { findPostmaster, readPidFile } from '../postgres/postmaster.ts';
import { recover } from '../postgres/recover.ts';
import { type BaseBackup, chooseBase, sizeOfBase } from '../postgres/repository.ts';
import { readWalRange } from '../postgres/wal-archive.ts';
import { finishSwap, swapIn } from '../swap.ts';
import type { description } from './describe.ts';
import { resultOf } from './result.ts';
import { startServer } from './start-server.ts';
import { parseTarget, type Target } from './target.ts';

type Input = z.output<typeof description.input>;

/**
 * Copied beside, verified, recovered and promoted there, where nobody else can reach it; swapped in and
 * started in its place at the end. Until the swap nothing at the destination has changed.
 */
export const run: Run<Input> = async (input, context) => {
  const { dataDirectory } = input;
  const beside = besideOf(dataDirectory, context);
  await finishSwap(dataDirectory);
  await mustBeAbleToRun(input, context);
  const target = parseTarget(input.recoverTo);
  const base = await chooseBase(input.repository, {
    ...(input.backup !== undefined && { backup: input.backup }),
    ...(target && { until: target.at }),
  });
  const bytes = await sizeOfBase(base);
  await mustTakeRestore(dataDirectory, bytes);
  const account = await accountFor(dataDirectory, input.runAs);
  await mustReach(account, [dirname(dataDirectory), walOf(input)], context);
  await removeOldBuilds(beside, context.run);
  const { binaries, result } = await build({ input, target, base, beside, account, bytes }, context).catch(
    async (error: unknown) => {
      await rm(beside.build, { recursive: true, force: true });
      throw error;
    },
  );
  await swapIn(beside);
  const { pid } = await startServer({ dataDirectory, account, binaries }, context);
  return { ...result, outputs: { ...result.outputs, pid } };
};

export const settle: Settle<Input> = async ({ dataDirectory }, context) => {
  await finishSwap(dataDirectory);
  if ((await readMarker(dataDirectory))?.try !== context.try) return 'not-done';
  const server = await findPostmaster(dataDirectory);
  if (!server || (await readPidFile(dataDirectory))?.status !== 'ready') return 'partial';
  const result = await keptResult(context);
  return result === 'done' ? result : { ...result, outputs: { ...result.outputs, pid: server.pid } };
};

export const list: List<Input> = (input) => listPoints(input.repository, walOf(input));

interface Building {
  readonly input: Input;
  readonly target: Target | undefined;
  readonly base: BaseBackup;
  readonly beside: Beside;
  readonly account: Account;
  readonly bytes: number;
}

/** Everything that comes before the swap. */
async function build({ input, target, base, beside, account, bytes }: Building, context: ActionContext) {
  const cluster = { base, build: beside.build, account, bytes };
  // What can be known before the long copy is looked at before it.
  const early = base.files === base.directory ? await factsOf(base.directory, input) : undefined;
  await copyBase(cluster, context);
  const { version, binaries, range } = early ?? (await factsOf(beside.build, input));
  await verifyBase(cluster, binaries, context);
  const { dataDirectory, port, listen, settings, user, database, newestRecord } = input;
  await configure(cluster, { dataDirectory, port, listen, version, more: settings }, context);
  const recovered = await recover(
    {
      ...{
        directory: beside.build,
        account,
        binaries,
        version,
        archive: walOf(input),
        range,
        user,
        database,
      },
      ...(target && { target: target.text }),
      ...(newestRecord !== undefined && { newestRecord }),
    },
    context,
  );
  await runOrFail(['sync', '--file-system', beside.build], context, {
    doing: 'Writing the cluster to the disk',
  });
  const aside = (await exists(dataDirectory)) ? beside.aside : null;
  const result = resultOf({ input, base, target, range, recovered, aside });
  await keepResult(result, context);
  return { binaries, result };
}

const walOf = ({ repository }: Input) => join(repository, 'wal');

/** What the files of a base backup tell: the version that they need, and the WAL that there is to replay. */
async function factsOf(directory: string, input: Input) {
  const version = parseInt(await readFile(join(directory, 'PG_VERSION'), 'utf8'), 10);
  const binaries = await findBinaries(version, input.binaries);
  const label = await readFile(join(directory, 'backup_label'), 'utf8');
  const start = /^START WAL LOCATION: .*\(file ([0-9A-F]{24})\)/m.exec(label)?.[1] ?? '';
  const range = await readWalRange(start, { archive: walOf(input), ownWal: join(directory, 'pg_wal') });
  return { version, binaries, range };
}
