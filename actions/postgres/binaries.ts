import { execFile } from 'node:child_process';
import { access, constants, readdir, realpath } from 'node:fs/promises';
import { basename, delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { ActionFailure } from '../action.ts';

const debian = '/usr/lib/postgresql';

/**
 * Finds the directory of a `postgres` of the cluster's major version: where it is named, else in
 * MUSTER_POSTGRES_BIN, on the PATH, or in Debian's `/usr/lib/postgresql/VERSION/bin`.
 * @throws ActionFailure that says where was looked and what was found there.
 */
export async function findBinaries(version: number, named?: string): Promise<string> {
  const places = named === undefined ? await usualPlaces() : [named];
  const seen: string[] = [];
  for (const place of places) {
    // Where only `postgres` is linked to, its companions (pg_verifybackup) are where the link leads.
    const program = await realpath(join(place, 'postgres')).catch(() => join(place, 'postgres'));
    const found = await versionOf(program);
    if (found === version) return dirname(program);
    if (found !== undefined) seen.push(`${place} has version ${found}`);
  }
  throw new ActionFailure(
    `The backup is of PostgreSQL ${version}, and there is no postgres of that version ${named === undefined ? 'on this host' : `in ${named}`}${seen.map((text) => `; ${text}`).join('')}. Install it, or say where it is: binaries, or MUSTER_POSTGRES_BIN where the worker is started.`,
  );
}

export interface Program {
  readonly path: string;
  /** The major version. */
  readonly version: number;
}

/**
 * Every `name` of PostgreSQL's client programs that there is, the newest first; Debian's wrapper, which chooses by itself, is not
 * among them.
 */
export async function findPrograms(name: string, named?: string): Promise<readonly Program[]> {
  const found = new Map<string, Program>();
  for (const place of named === undefined ? await usualPlaces() : [named]) {
    const path = await realpath(join(place, name)).catch(() => undefined);
    const version = path && basename(path) === name ? await versionOf(path) : undefined;
    if (path && version !== undefined) found.set(path, { path, version });
  }
  return [...found.values()].sort((a, b) => b.version - a.version);
}

async function usualPlaces(): Promise<string[]> {
  const versions = await readdir(debian).catch(() => []);
  return [
    ...[process.env['MUSTER_POSTGRES_BIN'] ?? ''],
    ...(process.env['PATH'] ?? '').split(delimiter),
    ...versions.map((version) => join(debian, version, 'bin')),
  ].filter((place) => place !== '');
}

async function versionOf(file: string): Promise<number | undefined> {
  const runs = await access(file, constants.X_OK).then(() => true, () => false); // prettier-ignore
  if (!runs) return undefined;
  const { stdout } = await promisify(execFile)(file, ['--version']);
  return Number(/ (\d+)/.exec(stdout)?.[1]);
}
