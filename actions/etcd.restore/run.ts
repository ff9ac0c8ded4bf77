import { rename, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { z } from 'zod';
import {
  type ActionContext,
  ActionFailure,
  type ActionResult,
  type List,
  type Run,
  type Settle,
} from '../action.ts';
import { runOrFail } from '../child-process.ts';
import { spawnServer } from '../detach.ts';
import { etcdPrograms, revisionAt } from '../etcd/client.ts';
import { argvOf, endpointOf, membership } from '../etcd/member.ts';
import { proveMember } from '../etcd/prove-member.ts';
import {
  type CheckedSnapshot,
  checkSnapshot,
  infoOf,
  pointId,
  restoreSnapshot,
  snapshotFiles,
} from '../etcd/snapshot.ts';
import { type Account, accountFor } from '../servers/account.ts';
import { addressOf } from '../servers/address.ts';
import { isAlive } from '../process-identity.ts';
import { leaveOut } from '../left-out.ts';
import { restoreDirectory, settleDirectory } from '../restore-directory.ts';
import { mustBeFree } from '../servers/obstacles.ts';
import { serversOf } from '../servers/holders.ts';
import { finishSwap } from '../swap.ts';
import type { description } from './describe.ts';

type Input = z.output<typeof description.input>;

/** The snapshot is read to its checksum before anything is touched; what was made of it is started and asked before the swap. */
export const run: Run<Input> = async (input, context) => {
  const { dataDirectory } = input;
  await finishSwap(dataDirectory, context);
  const addresses = [input.port, input.peerPort].map((port) => addressOf({ listen: input.listen, port }));
  await mustBeFree({ dataDirectory, addresses }, etcdPrograms, context);
  const snapshot = await checkSnapshot(await chosen(input), input.unsealed, context);
  const account = await accountFor(dataDirectory, input.runAs, 'etcd');
  const fill = (into: string) => fillIn({ input, snapshot, account, into }, context);
  const result = await restoreDirectory({ destination: dataDirectory, bytes: snapshot.bytes, fill }, context);
  const pid = await start(input, account, context);
  return { ...result, outputs: { ...result.outputs, pid } };
};

export const settle: Settle<Input> = async (input, context) => {
  const left = await settleDirectory(input.dataDirectory, context);
  if (left === 'not-done') return left;
  const [server] = serversOf(input.dataDirectory, etcdPrograms);
  if (!server || (await revisionAt(endpointOf(input), context)) === undefined) return 'partial';
  return left === 'done' ? left : { ...left, outputs: { ...left.outputs, pid: server.pid } };
};

/** Each is read to its checksum. */
export const list: List<Input> = async ({ backup, unsealed }, context) => {
  const points = [];
  for (const file of await snapshotFiles(backup)) {
    const found = await checkSnapshot(file, unsealed, context).catch((why: unknown) =>
      leaveOut(context, why),
    );
    if (!found) continue;
    const { id, time, bytes, sealed } = found;
    points.push({ id, time, bytes, kind: 'snapshot', copy: backup, ...(sealed && { verified: Date.now() }) });
  }
  return points;
};

async function chosen({ backup, point }: Input): Promise<string> {
  const files = await snapshotFiles(backup);
  const fits = files.filter((file) => (point ?? pointId(file)) === pointId(file));
  const timed = await Promise.all(fits.map(async (file) => ({ file, time: (await infoOf(file)).time })));
  const newest = timed.sort((a, b) => a.time - b.time).at(-1);
  if (newest) return newest.file;
  throw new ActionFailure(
    `${backup} has no snapshot ${point ?? ''}. There is: ${files.map(pointId).join(', ') || 'none'}.`,
    { kind: 'terminal' },
  );
}

interface Filling {
  readonly input: Input;
  readonly snapshot: CheckedSnapshot;
  readonly account: Account;
  readonly into: string;
}

/** The tool makes its directory itself; what it made is taken into ours, which bears the run's marker. */
async function fillIn(
  { input, snapshot, account, into }: Filling,
  context: ActionContext,
): Promise<ActionResult> {
  const { member, prefix, env } = input;
  const made = join(into, 'restored');
  context.progress({ doing: 'restoring' });
  await restoreSnapshot(snapshot, { 'data-dir': made, ...membership(input, context) }, context);
  await rename(join(made, 'member'), join(into, 'member'));
  await rmdir(made);
  const owner = `${account.uid}:${account.gid}`;
  await runOrFail(['chown', '--recursive', owner, into], context, { doing: `Giving ${into} to ${owner}` });
  const proof = { directory: into, name: member, account, snapshot, prefix, env };
  const figures = await proveMember(proof, context);
  const { id, time } = snapshot;
  const recoveredUpTo = new Date(time).toISOString();
  return {
    outputs: { ...figures, point: id, recoveredUpTo, endpoint: endpointOf(input).url },
    findings: { value: figures.keys, ...figures },
    found: { point: id, recoveredUpTo: time },
  };
}

const startsWithinMs = 60_000;

async function start(input: Input, account: Account, context: ActionContext): Promise<number> {
  const log = join(input.dataDirectory, 'server.log');
  context.progress({ doing: 'starting the server' });
  const server = await spawnServer(argvOf(input, account), context, { log });
  const endpoint = endpointOf(input);
  const end = performance.now() + startsWithinMs;
  let why = '';
  while ((await revisionAt(endpoint, context, (said) => (why = said))) === undefined) {
    if (isAlive(server) && performance.now() < end) {
      await sleep(200, undefined, { signal: context.signal });
      continue;
    }
    throw new ActionFailure(
      `The data is restored and in its place, ${input.dataDirectory}, but its server does not answer at ${endpoint.url}: ${why.trim()}. Its log is ${log}. Mend that and start it by hand, or retry.`,
    );
  }
  return server.pid;
}
