import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { closeSync, openSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from './package-root.ts';
import { isAtLeast } from './server-version.ts';
import { LocalFailure } from './local-failure.ts';

/** From this version on Go can fetch the toolchain that a module asks for. */
const firstWithToolchains = '1.21.0';

/** The pinned Go module: its folder, the digest that its build is kept under, and the Go version that it needs. */
export function serverModule(): { directory: string; digest: string; go: string } {
  const directory = join(packageRoot, 'local', 'server');
  const mod = readFileSync(join(directory, 'go.mod'), 'utf8');
  const digest = createHash('sha256')
    .update(mod)
    .update(readFileSync(join(directory, 'go.sum')))
    .digest('hex');
  return { directory, digest, go: /^go (\S+)$/m.exec(mod)?.[1] ?? '' };
}

/** The version of the Go on the PATH, e.g. `1.26.8`, or undefined. */
export function goVersion(): string | undefined {
  try {
    const text = execFileSync('go', ['env', 'GOVERSION'], {
      env: process.env,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return /^go(\d+\.\d+(\.\d+)?)/.exec(text)?.[1];
  } catch {
    return undefined; // no Go
  }
}

/**
 * Builds the server from the pinned module to `target`, telling every ten seconds how long it has been at it.
 * Throws a `LocalFailure` where there is no fitting Go or the build fails; the compiler's output is in `<target>.log`.
 */
export async function buildServer(target: string, onProgress: (line: string) => void): Promise<void> {
  const { directory } = serverModule();
  const env = goEnvironment();
  const log = `${target}.log`;
  onProgress('Building the Temporal server with Go from its pinned module: three to four minutes, once.');
  const started = Date.now();
  const ticker = setInterval(() => onProgress(`  still building, ${elapsed(started)} so far`), 10_000);
  try {
    const unfinished = `${target}.${process.pid}`;
    const code = await run(
      [
        'go',
        'build',
        '-trimpath',
        '-mod=readonly',
        '-ldflags',
        '-s -w',
        '-o',
        unfinished,
        'github.com/temporalio/cli/cmd/temporal',
      ],
      { directory, env, log },
    );
    if (code !== 0) {
      rmSync(unfinished, { force: true });
      const end = readFileSync(log, 'utf8').trimEnd().split('\n').slice(-3).join(' / ');
      throw new LocalFailure(`build: go ended with ${code}, see ${log}: ${end}`);
    }
    renameSync(unfinished, target);
  } finally {
    clearInterval(ticker);
  }
  onProgress(`The Temporal server is built (${elapsed(started)}).`);
}

function goEnvironment(): NodeJS.ProcessEnv {
  const { go } = serverModule();
  const version = goVersion();
  if (!version) throw new LocalFailure('build: there is no Go on the PATH.');
  if (isAtLeast(version, go)) return process.env;
  if (isAtLeast(version, firstWithToolchains)) return { ...process.env, GOTOOLCHAIN: 'auto' };
  throw new LocalFailure(
    `build: Go ${version} is too old; ${go} is needed, or ${firstWithToolchains} that can fetch it.`,
  );
}

function run(
  [command = '', ...args]: readonly string[],
  { directory, env, log }: { directory: string; env: NodeJS.ProcessEnv; log: string },
): Promise<number> {
  const output = openSync(log, 'w');
  const child = spawn(command, args, { cwd: directory, env, stdio: ['ignore', output, output] });
  closeSync(output);
  return new Promise((resolve, reject) => {
    child.on('error', (cause) => reject(new LocalFailure(`build: ${cause.message}`, cause)));
    child.on('exit', (code) => resolve(code ?? 1));
  });
}

function elapsed(since: number): string {
  const seconds = Math.round((Date.now() - since) / 1000);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
