import { chown, copyFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { z } from 'zod';
import { whyNoConnection } from '../accepts-connections.ts';
import {
  type ActionContext,
  ActionFailure,
  type ActionResult,
  type List,
  type Run,
  type Settle,
} from '../action.ts';
import { type Account, accountFor } from '../servers/account.ts';
import { type CheckedRdb, checkRdb, pointId, rdbFiles } from '../redis/rdb.ts';
import { leaveOut } from '../left-out.ts';
import { restoreDirectory, settleDirectory } from '../restore-directory.ts';
import { Secrets } from '../secret.ts';
import { finishSwap } from '../swap.ts';
import type { description } from './describe.ts';
import { prove } from './prove.ts';
import { servedFrom } from './served-from.ts';
import { start } from './start.ts';

type Input = z.output<typeof description.input>;

/** The whole file is read and its checksum seen before anything is touched; the server is started at its place. */
export const run: Run<Input> = async (input, context) => {
  const { destination } = input;
  await finishSwap(destination, context);
  await mustBeFree(input, context);
  const { file, rdb } = await chosen(input, context);
  const account = await accountFor(destination, input.runAs);
  const fill = (into: string) => fillIn({ input, file, rdb, account, into }, context);
  const result = await restoreDirectory({ destination, bytes: rdb.bytes, fill }, context);
  const { pid, keys } = await start(input, account, rdb, context);
  return {
    ...result,
    outputs: { ...result.outputs, keys, pid },
    findings: { value: keys, keys, expected: rdb.keys },
  };
};

/** Done is what stands at the port, works in this directory and is as it was wished; its figures are read anew. */
export const settle: Settle<Input> = async (input, context) => {
  const left = await settleDirectory(input.destination, context);
  if (left === 'not-done') return left;
  const served = await servedFrom(input, context);
  if (!served) return 'partial';
  if (left === 'done') return left;
  const { keys, pid } = served;
  const expected = Number(left.findings?.['expected'] ?? 0);
  if (keys === 0 && expected > 0) return 'partial';
  return {
    ...left,
    outputs: { ...left.outputs, keys, pid },
    findings: { value: keys, keys, expected },
  };
};

export const list: List<Input> = async ({ backup }, context) => {
  const files = await rdbFiles(backup);
  const points = [];
  for (const file of files) {
    const rdb = await checkRdb(file, context).catch((why: unknown) => leaveOut(context, why));
    // It was read to its checksum just now.
    if (rdb)
      points.push({
        id: pointId(file),
        time: rdb.time,
        bytes: rdb.bytes,
        kind: 'rdb',
        copy: backup,
        verified: Date.now(),
      });
  }
  return points;
};

/** What listens there would go on writing beside the restored one, or keep it from starting. */
async function mustBeFree({ port }: Input, { signal }: ActionContext): Promise<void> {
  if ((await whyNoConnection(`127.0.0.1:${port}`, 2_000, signal)) !== undefined) return;
  throw new ActionFailure(
    `Something listens on port ${port} already. Stop it first (redis.stop): a server writes its memory over what is restored under it.`,
    { kind: 'terminal' },
  );
}

async function chosen(input: Input, context: ActionContext): Promise<{ file: string; rdb: CheckedRdb }> {
  const files = (await rdbFiles(input.backup)).filter(
    (file) => (input.point ?? pointId(file)) === pointId(file),
  );
  const checked = await Promise.all(
    files.map(async (file) => ({ file, rdb: await checkRdb(file, context) })),
  );
  const newest = checked.sort((a, b) => a.rdb.time - b.rdb.time).at(-1);
  if (newest) return newest;
  throw new ActionFailure(`${input.backup} has no RDB file ${input.point ?? ''}.`, { kind: 'terminal' });
}

interface Filling {
  readonly input: Input;
  readonly file: string;
  readonly rdb: CheckedRdb;
  readonly account: Account;
  readonly into: string;
}

/** The copy is checked as well: the backup may have been replaced meanwhile, or the disk may lie. */
async function fillIn(
  { input, file, rdb, account, into }: Filling,
  context: ActionContext,
): Promise<ActionResult> {
  const dump = join(into, 'dump.rdb');
  const settings = join(into, 'redis.conf');
  await copyFile(file, dump);
  const { keys, bytes } = await checkRdb(dump, context);
  if (keys !== rdb.keys || bytes !== rdb.bytes)
    throw new ActionFailure(
      `The backup ${file} changed while it was copied: ${rdb.keys} keys before, ${keys} in the copy. Nothing was replaced. Try again when nobody writes it.`,
    );
  await writeFile(settings, await settingsOf(input), { mode: 0o600 });
  for (const made of [into, dump, settings]) await chown(made, account.uid, account.gid);
  const loaded = await prove({ ...input, directory: into, account }, context);
  if (loaded === 0 && keys > 0)
    throw new ActionFailure(`The backup has ${keys} keys, and none came back. Nothing was replaced.`);
  const id = pointId(file);
  return {
    outputs: { keys: rdb.keys, point: id, recoveredUpTo: new Date(rdb.time).toISOString(), port: input.port },
    findings: { value: rdb.keys, keys: rdb.keys, expected: rdb.keys },
    found: { point: id, recoveredUpTo: rdb.time },
  };
}

/** With an append-only file switched on Redis would load that, find none, and come up empty: the classic trap. */
async function settingsOf({ destination, port, listen, password, settings }: Input): Promise<string> {
  const secret = password === undefined ? undefined : await new Secrets().reveal(password);
  const all: Record<string, string> = {
    ...settings,
    dir: quoted(destination),
    dbfilename: 'dump.rdb',
    port: String(port),
    bind: listen,
    daemonize: 'no',
    appendonly: 'no',
    logfile: quoted(''),
    ...(secret !== undefined && { requirepass: quoted(secret), masterauth: quoted(secret) }),
  };
  return Object.entries(all)
    .map(([name, value]) => `${name} ${value}\n`)
    .join('');
}

const quoted = (text: string): string => JSON.stringify(text);
