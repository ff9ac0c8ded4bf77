import { join } from 'node:path';
import type { z } from 'zod';
import type { List, Run, Settle } from '../action.ts';
import { removeOldBuilds } from '../destination.ts';
import { accountFor } from '../servers/account.ts';
import { findBinaries } from '../postgres/binaries.ts';
import { copyBase, verifyBase } from '../postgres/build-cluster.ts';
import { listPoints } from '../postgres/list-points.ts';
import { chooseBase, sizeOfBase } from '../postgres/repository.ts';
import {
  firstSegment,
  mustBeFree,
  restoreCluster,
  settleCluster,
  versionOf,
} from '../postgres/restore-cluster.ts';
import { copyFrom } from '../postgres/settings.ts';
import { parseTarget } from '../servers/target.ts';
import { readWalRange } from '../postgres/wal-archive.ts';
import type { description } from './describe.ts';

type Input = z.output<typeof description.input>;

export const run: Run<Input> = async (input, context) => {
  await mustBeFree(input, context);
  const target = parseTarget(input.recoverTo);
  const base = await chooseBase(input.repository, {
    ...(input.backup !== undefined && { backup: input.backup }),
    ...(target && { until: target.at }),
  });
  const bytes = await sizeOfBase(base);
  const account = await accountFor(input.dataDirectory, input.runAs);
  return restoreCluster(
    input,
    {
      ...{ base, bytes, account, reads: [walOf(input)] },
      async fill(beside) {
        await removeOldBuilds(beside, context.run);
        const cluster = { base, build: beside.build, account, bytes };
        // What can be known before the long copy is looked at before it.
        const early = base.files === base.directory ? await factsOf(base.directory, input) : undefined;
        await copyBase(cluster, context);
        const facts = early ?? (await factsOf(beside.build, input));
        await verifyBase(cluster, facts.binaries, context);
        return { ...facts, restoreCommand: copyFrom(walOf(input)) };
      },
    },
    context,
  );
};

export const settle: Settle<Input> = ({ dataDirectory }, context) => settleCluster(dataDirectory, context);

export const list: List<Input> = (input) => listPoints(input.repository, walOf(input));

const walOf = ({ repository }: Input) => join(repository, 'wal');

/** What the files of a base backup tell: the version that they need, and the WAL that there is to replay. */
async function factsOf(directory: string, input: Input) {
  const version = await versionOf(directory);
  const binaries = await findBinaries(version, input.binaries);
  const places = { archive: walOf(input), ownWal: join(directory, 'pg_wal') };
  return { version, binaries, range: await readWalRange(await firstSegment(directory), places) };
}
