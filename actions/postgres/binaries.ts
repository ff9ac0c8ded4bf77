import { execFile } from 'node:child_process';
import { access, constants, readdir, realpath } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
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
