import { join } from 'node:path';
import type { z } from 'zod';
import type { RecoveryPoint } from '../../core/recovery-point.ts';
import { type ActionContext, ActionFailure, type List, type Run, type Settle } from '../action.ts';
import { leaveOut } from '../left-out.ts';
import { runOrFail } from '../child-process.ts';
import { archivedUpTo, makeLockPath, restoreCommand, segments } from '../pgbackrest/archive.ts';
import {
  argvOf,
  type Backup,
  backups,
  type Caller,
  environmentOf,
  pgbackrest,
} from '../pgbackrest/repository.ts';
import { accountFor } from '../servers/account.ts';
import { findBinaries } from '../postgres/binaries.ts';
import {
  type Filled,
  firstSegment,
  mustBeFree,
  restoreCluster,
  settleCluster,
  versionOf,
} from '../postgres/restore-cluster.ts';
import { parseTarget } from '../servers/target.ts';
import { walRange } from '../postgres/wal-archive.ts';
import { type Begun, begin, finish } from './begun-build.ts';
import type { description } from './describe.ts';

type Input = z.output<typeof description.input>;

export const run: Run<Input> = async (input, context) => {
  await mustBeFree(input, context);
  const caller = await callerOf(input);
  const base = chosen(input, await backups(caller, context));
  await mustHaveNoTablespaces(caller, base, context);
  const source = {
    ...{ base, bytes: base.bytes, account: caller.account, reads: [context.workDirectory] },
    fill: async (beside: Parameters<typeof begin>[0]) => {
      const begun = await begin(beside, caller.account, context);
      await restoreInto({ input, caller, base, begun }, context);
      await finish(begun, context);
      return factsOf({ input, caller, base, directory: beside.build }, context);
    },
  };
  return restoreCluster(input, source, context);
};

export const settle: Settle<Input> = ({ dataDirectory }, context) => settleCluster(dataDirectory, context);

export const list: List<Input> = async (input, context) => {
  const caller = await callerOf(input);
  const all = await backups(caller, context);
  const usable = all.filter(({ damaged }) => !damaged);
  for (const { id } of all.filter(({ damaged }) => damaged))
    leaveOut(context, new ActionFailure(`${id}: pgBackRest found damaged pages when it was taken.`));
  const newest = usable.at(-1);
  const until = newest && (await archivedUpTo(caller, newest, context));
  return usable.map(({ id, time, bytes, type, archive }): RecoveryPoint => ({
    id,
    time,
    ...(until !== undefined && archive === newest?.archive && until > time && { until }),
    bytes,
    kind: type,
    copy: `${input.stanza} in repo${input.repo}`,
  }));
};

const callerOf = async (input: Input): Promise<Caller> => ({
  repository: input,
  account: await accountFor(input.dataDirectory, input.runAs),
});

function chosen({ set, recoverTo, stanza }: Input, all: readonly Backup[]): Backup {
  const until = parseTarget(recoverTo)?.at;
  const fits = all.filter(
    ({ id, time, damaged }) =>
      (set === undefined ? !damaged : id === set) && (until === undefined || time <= until),
  );
  const newest = fits.at(-1);
  if (newest) return newest;
  const there = all.map(({ id, time }) => `${id} (complete at ${new Date(time).toISOString()})`).join(', ');
  const wanted = `${set ?? ''} ${until === undefined ? '' : `that was complete by ${new Date(until).toISOString()}`}`;
  throw new ActionFailure(
    `The stanza ${stanza} has no backup ${wanted.trim()}. There is: ${there || 'none'}. A backup reaches forward by archived WAL, never back.`,
    { kind: 'terminal' },
  );
}

/** A tablespace of the original would be written to in its place. */
async function mustHaveNoTablespaces(caller: Caller, { id }: Backup, context: ActionContext): Promise<void> {
  const argv = argvOf(caller.repository, 'info', ['--output=json', `--set=${id}`]);
  const doing = `Reading what ${id} holds`;
  const { stdout } = await pgbackrest(caller, { doing, argv }, { ...context, log: () => undefined });
  if (!/"tablespace":\s*\[\s*\{/.test(stdout.text(130_000))) return;
  throw new ActionFailure(
    `The backup ${id} has tablespaces outside of the data directory, which pgbackrest.restore does not restore. Nothing was replaced. Restore it by \`command\`, with --tablespace-map.`,
    { kind: 'terminal' },
  );
}

interface Restoring {
  readonly input: Input;
  readonly caller: Caller;
  readonly base: Backup;
  readonly begun: Begun;
}

/** pgBackRest checks every file by its checksum as it writes it. What a killed try has left in our own build it goes on with. */
async function restoreInto({ input, caller, base, begun }: Restoring, context: ActionContext): Promise<void> {
  const target = parseTarget(input.recoverTo);
  const options = [
    `--pg1-path=${begun.data}`,
    `--set=${base.id}`,
    ...(begun.goesOn ? ['--delta'] : []),
    ...(target ? ['--type=time', `--target=${target.text.replace('T', ' ')}`] : ['--type=default']),
    ...input.databases.map((name) => `--db-include=${name}`),
    `--process-max=${input.processes}`,
    `--lock-path=${await makeLockPath(caller, context)}`,
    '--log-level-console=detail',
  ];
  const argv = argvOf(caller.repository, 'restore', options);
  const doing = `Restoring the backup ${base.id}`;
  await pgbackrest(caller, { doing, argv }, { ...context, log: (line) => tell(line, base.bytes, context) });
}

/** What it says for people is all that it says: percent of the bytes, rounded. Its own file by file would fill the log. */
function tell(line: string, total: number, context: ActionContext): void {
  const percent = /DETAIL: restore file .*, ([\d.]+)%\)/.exec(line)?.[1];
  if (percent !== undefined) {
    const done = Math.round((total * Number(percent)) / 100);
    context.progress({ done, total, unit: 'bytes', estimate: true, doing: 'restoring' });
  } else if (!line.includes(' DETAIL: ')) context.log(line);
}

async function factsOf(
  { input, caller, base, directory }: Omit<Restoring, 'begun'> & { readonly directory: string },
  context: ActionContext,
): Promise<Filled> {
  const version = await versionOf(directory);
  const binaries = await findBinaries(version, input.binaries);
  const segmentSize = await segmentSizeOf({ directory, binaries, caller }, context);
  const { archive } = base;
  const found = await segments(caller, { archive, segmentSize }, context);
  const where = `The archive ${archive} of ${input.stanza}`;
  return {
    version,
    binaries,
    range: walRange(await firstSegment(directory), { found, where }),
    restoreCommand: restoreCommand(caller, directory, await makeLockPath(caller, context)),
    env: environmentOf(caller.repository),
  };
}

async function segmentSizeOf(
  cluster: { readonly directory: string; readonly binaries: string; readonly caller: Caller },
  context: ActionContext,
): Promise<number> {
  const argv = [...cluster.caller.account.as, join(cluster.binaries, 'pg_controldata'), cluster.directory];
  const doing = 'Reading the size of its WAL segments';
  const quiet = { ...context, log: () => undefined };
  const { stdout } = await runOrFail(argv, quiet, { doing, cwd: '/', env: { LC_ALL: 'C' } });
  return Number(/^Bytes per WAL segment:\s*(\d+)/m.exec(stdout.text(20_000))?.[1]);
}
