import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
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

export type OnProgress = (line: string) => void;

/**
 * Finds a Temporal server: a `temporal` on the PATH (server 1.29.2 or later), in the cache, by the SDK's own
 * download, or built by Go from the pinned module (minutes, once). Two that look at the same time fetch it once.
 * Throws a `LocalFailure` that names what was tried and the ways to get one.
 */
export async function findServer(onProgress: OnProgress): Promise<FoundServer> {
  const ready = await readyServer(onProgress);
  if (ready) return ready;
  ensureCache();
  const cached = cachedServer();
  return withLock(
    `${cached}.lock`,
    async () => (await usable(cached, 'cache')) ?? fetchServer(cached, onProgress),
    () => onProgress('Another process is fetching the Temporal server; waiting for it.'),
  );
}

/** The server that is there without fetching anything, or undefined. */
export async function readyServer(onProgress: OnProgress): Promise<FoundServer | undefined> {
  const onPath = executableOnPath('temporal');
  if (onPath) {
    const version = await serverVersion(onPath);
    if (version && isAtLeast(version, leastServerVersion)) return { binary: onPath, version, source: 'PATH' };
    onProgress(`${onPath} has server ${version ?? 'unknown'}, older than ${leastServerVersion}: not used.`);
  }
  return usable(cachedServer(), 'cache');
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

async function fetchServer(target: string, onProgress: OnProgress): Promise<FoundServer> {
  mkdirSync(join(target, '..'), { recursive: true });
  const tried: string[] = [];
  for (const [source, fetch] of [
    ['download', downloadServer],
    ['build', buildServer],
  ] as const) {
    try {
      await fetch(target, onProgress);
    } catch (error) {
      if (!(error instanceof LocalFailure)) throw error;
      tried.push(error.message);
      continue;
    }
    const found = await usable(target, source);
    if (found) return found;
    tried.push(`${source}: what came is no Temporal server of ${leastServerVersion} or later.`);
  }
  throw new LocalFailure(noServer(target, tried));
}

async function usable(binary: string, source: FoundServer['source']): Promise<FoundServer | undefined> {
  if (!existsSync(binary)) return undefined;
  const version = await serverVersion(binary);
  return version && isAtLeast(version, leastServerVersion) ? { binary, version, source } : undefined;
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
