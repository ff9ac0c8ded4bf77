import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { z } from 'zod';
import { type ActionContext, ActionFailure } from '../action.ts';
import { spawnServer } from '../detach.ts';
import { isAlive, type ProcessIdentity } from '../process-identity.ts';
import { ask, infoOf } from '../redis/client.ts';
import type { CheckedRdb } from '../redis/rdb.ts';
import type { Account } from '../servers/account.ts';
import type { description } from './describe.ts';

type Input = z.output<typeof description.input>;

/** How long it may take to answer, in milliseconds. */
const startsWithin = 60_000;

/** Starts the server at its place. @returns when all is loaded and kept as it was wished. @throws ActionFailure where that fails. */
export async function start(
  input: Input,
  account: Account,
  rdb: CheckedRdb,
  context: ActionContext,
): Promise<{ pid: number; keys: number }> {
  const { destination } = input;
  const log = join(destination, 'server.log');
  const argv = [...account.as, 'redis-server', join(destination, 'redis.conf')];
  const server = await spawnServer(argv, context, { cwd: destination, log });
  await loaded(input, server, log, context);
  const keys = Number((await ask(input, ['dbsize'], context)).stdout.text(100));
  if (keys === 0 && rdb.keys > 0)
    throw new ActionFailure(`The backup has ${rdb.keys} keys, and none came back. Look at ${log}.`);
  if (input.appendOnly) await keepAppending(input, context);
  return { pid: server.pid, keys };
}

/** Tells how much is loaded; while there is progress it is waited for. */
async function loaded(
  input: Input,
  server: ProcessIdentity,
  log: string,
  context: ActionContext,
): Promise<void> {
  const end = performance.now() + startsWithin;
  for (;;) {
    if (!isAlive(server)) throw new ActionFailure(`The restored server has ended. Its log ${log} says why.`);
    const { exit, stdout } = await ask(input, ['info', 'persistence'], { ...context, log: () => undefined });
    const info = infoOf(stdout.text(8_000));
    if (exit === 0 && info['loading'] === '0') return;
    if (info['loading'] === '1')
      context.progress({
        done: Number(info['loading_loaded_bytes']),
        total: Number(info['loading_total_bytes']),
        unit: 'bytes',
        doing: 'loading',
      });
    else if (performance.now() > end)
      throw new ActionFailure(`The restored server does not answer. Look at ${log}.`);
    await sleep(200, undefined, { signal: context.signal });
  }
}

async function keepAppending(input: Input, context: ActionContext): Promise<void> {
  await ask(input, ['config', 'set', 'appendonly', 'yes'], context);
  for (;;) {
    const info = infoOf(
      (await ask(input, ['info', 'persistence'], { ...context, log: () => undefined })).stdout.text(8_000),
    );
    if (
      info['aof_enabled'] === '1' &&
      info['aof_rewrite_in_progress'] === '0' &&
      info['aof_rewrite_scheduled'] === '0'
    )
      break;
    await sleep(200, undefined, { signal: context.signal });
  }
  await ask(input, ['config', 'rewrite'], context);
}
