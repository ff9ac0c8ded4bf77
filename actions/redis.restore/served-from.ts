import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { z } from 'zod';
import type { ActionContext } from '../action.ts';
import { ask, infoOf } from '../redis/client.ts';
import { serversOf } from '../servers/holders.ts';
import type { description } from './describe.ts';

type Input = z.output<typeof description.input>;

/**
 * The server that answers at the port, where it is one that works in the data directory, has loaded all, and keeps an
 * append-only file where that is wished, now and after a restart. Any other is somebody else's, or not ready.
 */
export async function servedFrom(
  input: Input,
  context: ActionContext,
): Promise<{ readonly pid: number; readonly keys: number } | undefined> {
  const { exit, stdout } = await ask(input, ['info'], { ...context, log: () => undefined });
  if (exit !== 0) return undefined;
  const info = infoOf(stdout.text(100_000));
  const [pid, keys] = [Number(info['process_id']), await keysAt(input, context)];
  const isOurs = serversOf(input.destination, ['redis-server']).some((server) => server.pid === pid);
  if (!isOurs || info['loading'] !== '0' || Number.isNaN(keys)) return undefined;
  if (input.appendOnly && !(info['aof_enabled'] === '1' && (await staysAppending(input)))) return undefined;
  return { pid, keys };
}

async function keysAt(input: Input, context: ActionContext): Promise<number> {
  const { exit, stdout } = await ask(input, ['dbsize'], context);
  return exit === 0 ? Number(stdout.text(100)) : Number.NaN;
}

const staysAppending = async ({ destination }: Input): Promise<boolean> =>
  /^appendonly yes$/m.test(await readFile(join(destination, 'redis.conf'), 'utf8'));
