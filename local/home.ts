import { accessSync, constants, mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { LocalFailure } from './local-failure.ts';

/** The state directory: `MUSTER_HOME`, else `/var/lib/muster` for root, else `muster` in the XDG state directory. */
export function musterHome(): string {
  const { MUSTER_HOME, XDG_STATE_HOME } = process.env;
  if (MUSTER_HOME) return resolve(MUSTER_HOME);
  if (process.getuid?.() === 0) return '/var/lib/muster';
  return join(XDG_STATE_HOME || join(homedir(), '.local', 'state'), 'muster');
}

/** What can be fetched or built again: `MUSTER_CACHE`, else `muster` in the XDG cache directory. */
export function musterCache(): string {
  const { MUSTER_CACHE, XDG_CACHE_HOME } = process.env;
  if (MUSTER_CACHE) return resolve(MUSTER_CACHE);
  return join(XDG_CACHE_HOME || join(homedir(), '.cache'), 'muster');
}

/**
 * Makes the state directory and returns its path. Root's may be passed through (0711), because the servers that a
 * restore starts run as unprivileged users inside it; everybody else's is theirs alone (0700).
 * Throws a `LocalFailure` where it cannot be written.
 */
export function ensureHome(): string {
  const mode = process.getuid?.() === 0 ? 0o711 : 0o700;
  return ensureDirectory(musterHome(), { mode, name: 'state directory', variable: 'MUSTER_HOME' });
}

/** Makes the cache directory and returns its path. Throws a `LocalFailure` where it cannot be written. */
export function ensureCache(): string {
  return ensureDirectory(musterCache(), { mode: 0o755, name: 'cache directory', variable: 'MUSTER_CACHE' });
}

function ensureDirectory(path: string, of: { mode: number; name: string; variable: string }): string {
  try {
    mkdirSync(path, { recursive: true, mode: of.mode });
    accessSync(path, constants.W_OK);
    return path;
  } catch (cause) {
    throw new LocalFailure(
      `The ${of.name} ${path} cannot be written (${(cause as Error).message}). Set ${of.variable} to a directory that can.`,
      cause,
    );
  }
}

/** Where the processes of this machine keep pid files, locks, logs and the server's database: nobody else's business. */
export function ensureProcessDirectory(home: string): string {
  const directory = join(home, 'local');
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  return directory;
}
