import { readlinkSync } from 'node:fs';
import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { z } from 'zod';
import type { ActionContext } from '../action.ts';
import { nameOfTry } from '../destination.ts';
import { readJsonLines } from '../json-lines.ts';
import type { Session } from './session.ts';

/** In a step's work directory: the databases that it made or renamed, a JSON text a line. */
export const databasesFile = 'databases.jsonl';

/** What stands in the comment of a database that a run has made: as the marker of a directory, and how far it is. */
export const databaseMarker = z.object({
  run: z.string(),
  token: z.string(),
  try: z.string(),
  /** It was restored and verified. Written last. */
  complete: z.boolean(),
  /** It was put in the place of another: by which try, and where that one is; null: there was none. */
  swap: z.object({ try: z.string(), aside: z.string().nullable() }).optional(),
});

export type DatabaseMarker = z.output<typeof databaseMarker>;

const prefix = 'muster ';

/** The longest name that PostgreSQL keeps whole, in bytes. */
const longestName = 63;

/** Names beside that of a database, after the try: where it is built, where the old one goes, where an undone one goes. */
export function databaseBeside(name: string, context: Pick<ActionContext, 'run' | 'try'>) {
  const named = (what: string) => {
    const end = `_${what}_${nameOfTry(context)}`;
    return `${name.slice(0, longestName - end.length)}${end}`;
  };
  return { build: named('new'), aside: named('aside'), undone: named('undone') };
}

/**
 * Whether the try that the marker names made this database to build in. Its owner can write any marker, yet only who may rename
 * databases gives it this name.
 */
export const isBuild = (name: string, marker: Pick<DatabaseMarker, 'run' | 'try'>): boolean =>
  name.endsWith(`_new_${nameOfTry(marker)}`);

/** Every database of the server, with the marker of those that bear one. */
export async function databasesOf({
  client,
}: Pick<Session, 'client'>): Promise<ReadonlyMap<string, DatabaseMarker | undefined>> {
  const { rows } = await client.query<{ name: string; comment: string | null }>(
    `select datname as name, shobj_description(oid, 'pg_database') as comment from pg_database`,
  );
  return new Map(rows.map(({ name, comment }) => [name, parseMarker(comment ?? '')]));
}

function parseMarker(comment: string): DatabaseMarker | undefined {
  if (!comment.startsWith(prefix)) return undefined;
  try {
    return databaseMarker.safeParse(JSON.parse(comment.slice(prefix.length))).data;
  } catch {
    return undefined; // Half a marker marks nothing: the database is left alone.
  }
}

export const commentOn = (name: string, marker: DatabaseMarker): string =>
  `comment on database ${pg.escapeIdentifier(name)} is ${pg.escapeLiteral(prefix + JSON.stringify(marker))}`;

/** Ends whoever is connected to it. */
export const dropDatabase = async ({ client }: Pick<Session, 'client'>, name: string): Promise<void> =>
  void (await client.query(`drop database if exists ${pg.escapeIdentifier(name)} with (force)`));

/** A database as `made` of a result names it. */
export const placeOf = (name: string, { at }: Pick<Session, 'at'>): string => `database ${name} at ${at}`;

/** One of a run's databases, as a step has recorded it. */
export const recordedDatabase = z.object({
  /** As it is written: a reference. */
  connection: z.string(),
  database: z.string(),
  place: z.string(),
  /** The network that the step was in. */
  network: z.string(),
  /** Clean-up has seen that it is not there any more. */
  swept: z.boolean().optional(),
});

export type RecordedDatabase = z.output<typeof recordedDatabase>;

/** The network that this process is in; the private one of a run is another than the host's. */
export const ownNetwork = (): string => readlinkSync('/proc/self/ns/net');

/** Records in the step's directory that it is about to be made: clean-up finds it even where the step never came to report it. */
export async function recordDatabase(
  { connection, database, session }: { connection: string; database: string; session: Pick<Session, 'at'> },
  { workDirectory }: Pick<ActionContext, 'workDirectory'>,
): Promise<void> {
  const place = placeOf(database, session);
  const made: RecordedDatabase = { connection, database, place, network: ownNetwork() };
  await appendFile(join(workDirectory, databasesFile), `${JSON.stringify(made)}\n`, { mode: 0o600 });
}

/** The databases that a step has recorded in its work directory. */
export const readDatabases = (
  workDirectory: string,
  log: (line: string) => void,
): Promise<RecordedDatabase[]> =>
  readJsonLines(join(workDirectory, databasesFile), (value) => recordedDatabase.safeParse(value).data, log);
