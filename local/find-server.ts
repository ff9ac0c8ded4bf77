import { existsSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { buildServer, serverModule } from './build-server.ts';
import { downloadServer } from './download-server.ts';
import { executableOnPath } from './executable-on-path.ts';
import { ensureCache, musterCache } from './home.ts';
import { LocalFailure } from './local-failure.ts';
import { withLock } from './lock.ts';
import { isAtLeast, leastServerVersion, serverVersion } from './server-version.ts';

export interface FoundServer {
  readonly binary: string;
  readonly version: string;
  readonly source: 'PATH' | 'cache' | 'download' | 'build';
}

export interface ServerSearch {
  readonly onProgress: (line: string) => void;
  /** Version of the server that made the database; another minor release cannot be trusted to read it. */
  readonly madeBy?: string;
}

/**
 * Finds a Temporal server: a `temporal` on the PATH (server 1.29.2 or later), in the cache, by the SDK's own
 * download, or built by Go from the pinned module (minutes, once). Two that look at the same time fetch it once.
 * Throws a `LocalFailure` that names what was tried and the ways to get one.
 */
export async function findServer(search: ServerSearch): Promise<FoundServer> {
  const ready = await readyServer(search);
  if (ready) return ready;
  ensureCache();
  const cached = cachedServer();
  return withLock(
    `${cached}.lock`,
    async () => (await usable({ binary: cached, source: 'cache' }, search)) ?? fetchServer(cached, search),
    () => search.onProgress('Another process is fetching the Temporal server; waiting for it.'),
  );
}

/** The server that is there without fetching anything, or undefined. */
export async function readyServer(search: ServerSearch): Promise<FoundServer | undefined> {
  const onPath = executableOnPath('temporal');
  return (
    (onPath && (await usable({ binary: onPath, source: 'PATH' }, search))) ||
    usable({ binary: cachedServer(), source: 'cache' }, search)
  );
}

function cachedServer(): string {
  const { digest } = serverModule();
  return join(
    musterCache(),
    'temporal',
    `${digest.slice(0, 16)}-${process.platform}-${process.arch}`,
    'temporal',
  );
}

async function fetchServer(target: string, search: ServerSearch): Promise<FoundServer> {
  mkdirSync(dirname(target), { recursive: true });
  const tried: string[] = [];
  const { madeBy } = search;
  for (const [source, fetch] of [
    ['download', downloadServer],
    ['build', buildServer],
  ] as const) {
    try {
      await fetch(target, search.onProgress);
    } catch (error) {
      if (!(error instanceof LocalFailure)) throw error;
      tried.push(error.message);
      continue;
    }
    const onProgress = (line: string) => tried.push(`${source}: ${line}`);
    const found = await usable({ binary: target, source }, { onProgress, ...(madeBy && { madeBy }) });
    if (found) return found;
  }
  throw new LocalFailure(noServer(target, tried));
}

/** The server if it is there and will do; tells why one that is there will not. */
async function usable(
  { binary, source }: Omit<FoundServer, 'version'>,
  { onProgress, madeBy }: ServerSearch,
): Promise<FoundServer | undefined> {
  if (!existsSync(binary)) return undefined;
  const version = await serverVersion(binary);
  const objection = version ? objectionTo(version, madeBy) : 'it does not run here';
  if (version && !objection) return { binary, version, source };
  onProgress(`${binary} (server ${version ?? 'unknown'}) is not used: ${objection}.`);
  return undefined;
}

function objectionTo(version: string, madeBy: string | undefined): string | undefined {
  if (!isAtLeast(version, leastServerVersion)) return `it is older than ${leastServerVersion}`;
  const minor = (text: string) => text.split('.', 2).join('.');
  if (madeBy && minor(madeBy) !== minor(version)) return `the database was made by server ${madeBy}`;
  return undefined;
}

function noServer(target: string, tried: readonly string[]): string {
  return [
    'There is no Temporal server, and none could be had:',
    ...tried.map((line) => `  - ${line}`),
    'One of these mends it:',
    `  - install the Temporal CLI (server ${leastServerVersion} or later) so that \`temporal\` is on the PATH,`,
    `  - install Go ${serverModule().go} or later, with access to Go modules, and start again,`,
    `  - put a \`temporal\` from another machine to ${target},`,
    '  - set TEMPORAL_ADDRESS (or a profile) to a Temporal service that runs already.',
  ].join('\n');
}
