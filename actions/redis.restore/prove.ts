import { chown, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ActionContext, ActionFailure } from '../action.ts';
import { infoOf } from '../redis/client.ts';
import { runChild } from '../child-process.ts';
import type { Account } from '../servers/account.ts';
import { diesWithUs, ForegroundServer } from '../servers/foreground-server.ts';

export interface Proof {
  /** Holds `dump.rdb` and `redis.conf`. */
  readonly directory: string;
  readonly account: Account;
  readonly settings: Readonly<Record<string, string>>;
}

/**
 * Starts a server on what was built, at a socket that nobody else can reach, lets it load all, and ends it without a word
 * written: so that a setting or a file that it does not take is found before anything is replaced.
 * @returns how many keys it has.
 */
export async function prove(proof: Proof, context: ActionContext): Promise<number> {
  const cwd = await mkdtemp('/tmp/muster-redis-');
  const settings = await settingsFor(proof, cwd);
  for (const made of [cwd, settings]) await chown(made, proof.account.uid, proof.account.gid);
  context.progress({ doing: 'proving' });
  const socket = join(cwd, 'socket');
  const server = await ForegroundServer.start(
    {
      ...{ argv: argvOf(proof, { socket, settings }), env: {}, cwd },
      logFile: join(context.workDirectory, 'proof.log'),
      ends: { orderly: 'SIGTERM', atOnce: 'SIGKILL' },
    },
    context,
  );
  try {
    return await keysOf({ server, socket }, context);
  } finally {
    await server.stop();
    await rm(cwd, { recursive: true, force: true });
  }
}

/**
 * Its settings, for the place where it lies now: that to which it will be moved need not be there yet. Without a password, which a
 * server that does not take its settings would print.
 */
async function settingsFor({ directory }: Proof, cwd: string): Promise<string> {
  const own = join(cwd, 'redis.conf');
  const text = await readFile(join(directory, 'redis.conf'), 'utf8');
  const here = text
    .replace(/^(requirepass|masterauth) .*\n/gm, '')
    .replace(/^dir .*$/m, () => `dir ${JSON.stringify(directory)}`);
  await writeFile(own, here, { mode: 0o600 });
  return own;
}

/** What would let it be found, write, or follow another server is taken back. */
const argvOf = (
  { account, settings: given }: Proof,
  { socket, settings }: { readonly socket: string; readonly settings: string },
): string[] => [
  ...account.as,
  ...diesWithUs('TERM'),
  ...['redis-server', settings],
  ...['--port', '0', '--unixsocket', socket, '--save', ''],
  ...(Object.hasOwn(given, 'tls-port') ? ['--tls-port', '0'] : []), // Not every Redis knows it.
  ...['--cluster-enabled', 'no', '--replicaof', 'no', 'one'],
];

async function keysOf(
  { server, socket }: { readonly server: ForegroundServer; readonly socket: string },
  context: ActionContext,
): Promise<number> {
  const ask = (...command: string[]) =>
    runChild(['redis-cli', '-s', socket, ...command], { ...context, log: () => undefined });
  for (;;) {
    const ended = server.hasEnded;
    const info = infoOf((await ask('info', 'persistence')).stdout.text(8_000));
    if (info['loading'] === '0') return Number((await ask('dbsize')).stdout.text(100));
    if (ended)
      throw new ActionFailure(
        `The restored server does not start, and nothing was replaced. It said: ${(await server.newLines()).slice(-5).join(' ')}`,
      );
    await sleep(100, undefined, { signal: context.signal });
  }
}
