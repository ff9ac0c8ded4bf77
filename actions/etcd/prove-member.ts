import { chown, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ActionContext, ActionFailure } from '../action.ts';
import type { Account } from '../servers/account.ts';
import { diesWithUs, ForegroundServer } from '../servers/foreground-server.ts';
import { ask, type Endpoint, revisionAt } from './client.ts';
import type { CheckedSnapshot } from './snapshot.ts';

export interface Proof {
  readonly directory: string;
  readonly name: string;
  readonly account: Account;
  readonly snapshot: CheckedSnapshot;
  /** Keeps only the keys that begin with this. */
  readonly prefix?: string | undefined;
  readonly env: Readonly<Record<string, string>>;
}

export interface Proved {
  readonly keys: number;
  readonly revision: number;
}

const lookEveryMs = 100;

/**
 * Starts the restored member where nobody else can reach it (sockets in a private directory), compares revision and
 * number of keys with the snapshot's, removes what is not wanted, and stops it.
 */
export async function proveMember(proof: Proof, context: ActionContext): Promise<Proved> {
  const cwd = await mkdtemp('/tmp/muster-etcd-');
  await chown(cwd, proof.account.uid, proof.account.gid);
  context.progress({ doing: 'proving' });
  const server = await ForegroundServer.start(
    {
      argv: argvOf(proof),
      env: {},
      cwd,
      logFile: join(context.workDirectory, 'proof.log'),
      ends: { orderly: 'SIGINT', atOnce: 'SIGKILL' },
    },
    context,
  );
  try {
    return await figures(proof, server, { url: 'unix://client:1', env: withoutTls(proof.env), cwd }, context);
  } finally {
    await server.stop();
    await rm(cwd, { recursive: true, force: true });
  }
}

/** Paths of sockets are limited to 107 bytes, so they are given from its working directory. */
const argvOf = ({ account, directory, name }: Proof): string[] => [
  ...account.as,
  ...diesWithUs('INT'),
  'etcd',
  ...[`--data-dir=${directory}`, `--name=${name}`],
  ...['--listen-client-urls=unix://client:1', '--advertise-client-urls=http://127.0.0.1:2379'],
  '--listen-peer-urls=unix://peer:1',
];

const withoutTls = (env: Readonly<Record<string, string>>) =>
  Object.fromEntries(
    Object.entries(env).filter(([name]) => !/^ETCDCTL_(CACERT|CERT|KEY|ENDPOINTS)$/.test(name)),
  );

async function figures(
  { snapshot, prefix }: Proof,
  server: ForegroundServer,
  endpoint: Endpoint,
  context: ActionContext,
): Promise<Proved> {
  const revision = await whenItAnswers(server, endpoint, context);
  if (revision !== snapshot.revision)
    throw differs(snapshot, `is at revision ${revision} instead of ${snapshot.revision}`);
  const keys = await countKeys(endpoint, '', context);
  if (snapshot.keys !== undefined && keys !== snapshot.keys)
    throw differs(
      snapshot,
      `holds ${keys} keys instead of the ${snapshot.keys} that ${snapshot.id}.json says`,
    );
  if (prefix === undefined) return { keys, revision };
  return keepOnly(prefix, endpoint, context);
}

async function whenItAnswers(
  server: ForegroundServer,
  endpoint: Endpoint,
  context: ActionContext,
): Promise<number> {
  const mayAsk = (said: string) => {
    if (isLogin(said)) throw refused(said);
  };
  for (;;) {
    const ended = server.hasEnded;
    const revision = await revisionAt(endpoint, context, mayAsk);
    if (revision !== undefined) return revision;
    if (ended) {
      const said = (await server.newLines()).slice(-5).join(' ');
      throw new ActionFailure(
        `The restored member does not start, and nothing was replaced. It said: ${said}`,
      );
    }
    await sleep(lookEveryMs, undefined, { signal: context.signal });
  }
}

/** @throws ActionFailure where it may not be asked: a snapshot brings its users and their passwords along. */
async function countKeys(endpoint: Endpoint, prefix: string, context: ActionContext): Promise<number> {
  const range = prefix === '' ? '--from-key' : '--prefix';
  const { exit, stdout, stderr } = await ask(
    endpoint,
    ['get', prefix, range, '--keys-only', '--limit=1'],
    context,
  );
  if (exit === 0) return Number(/"count":(\d+)\}\s*$/.exec(stdout.text(1_000_000))?.[1] ?? 0);
  throw refused(stderr.text(1_000));
}

/** Two ranges are removed, before the keys and behind them; a prefix is of ASCII, so its end is the next character. */
async function keepOnly(prefix: string, endpoint: Endpoint, context: ActionContext): Promise<Proved> {
  const wanted = await countKeys(endpoint, prefix, context);
  if (wanted === 0)
    throw new ActionFailure(`The snapshot has no key that begins with ${prefix}. Nothing was replaced.`, {
      kind: 'terminal',
    });
  const end = prefix.slice(0, -1) + String.fromCharCode(prefix.charCodeAt(prefix.length - 1) + 1);
  for (const range of [
    ['\u0001', prefix],
    [end, '--from-key'],
  ]) {
    const { exit, stderr } = await ask(endpoint, ['del', ...range], context);
    if (exit !== 0) throw refused(stderr.text(1_000));
  }
  const keys = await countKeys(endpoint, '', context);
  if (keys !== wanted)
    throw new ActionFailure(
      `${keys} keys are left where ${wanted} begin with ${prefix}: some key begins with a zero byte. Nothing was replaced.`,
    );
  return { keys, revision: (await revisionAt(endpoint, context)) ?? 0 };
}

const isLogin = (said: string) => /authentication failed|user name is empty|permission denied/.test(said);

function refused(said: string): ActionFailure {
  const why = isLogin(said)
    ? ' The snapshot brings its users along: say ETCDCTL_USER and ETCDCTL_PASSWORD in env, those of a user who may read all keys.'
    : '';
  return new ActionFailure(
    `The restored member cannot be asked: ${said.trim()}${why} Nothing was replaced.`,
    {
      kind: isLogin(said) ? 'terminal' : 'retryable',
    },
  );
}

const differs = ({ file }: CheckedSnapshot, why: string) =>
  new ActionFailure(`What was restored from ${file} ${why}. Nothing was replaced. Restore another.`, {
    kind: 'terminal',
  });
