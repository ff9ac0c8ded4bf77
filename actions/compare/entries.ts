import { lstat, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type pg from 'pg';
import type { z } from 'zod';
import type { Scalar } from '../../core/value.ts';
import { type ActionContext, ActionFailure } from '../action.ts';
import { sha256 } from '../checksums.ts';
import { runOrFail } from '../child-process.ts';
import { markerFile } from '../marker.ts';
import type { Secrets } from '../secret.ts';
import { oneStatement, readOnly } from '../sql/read-only.ts';
import { openable, shownPath } from '../file-names.ts';
import { everyFileBelow } from '../tree.ts';
import type { description } from './describe.ts';
import { linesOf } from './lines.ts';

export type Side = z.output<typeof description.input>['left'];

export interface Entry {
  readonly key: string;
  readonly value: string | undefined;
}

/** An entry; or a path or a line that the pattern does not match. */
type Found = Entry | 'left out';

export interface Reading {
  readonly context: ActionContext;
  /** Gets to know what is looked up on the way. */
  readonly secrets: Secrets;
  /** Whether the values are wanted: reading all files is no small thing. */
  readonly withValues: boolean;
}

/** How many rows are asked for at once, and how long the database may take to be reached, in milliseconds. */
const rowsAtOnce = 5_000;
const connectMs = 10_000;

/** The entries of a side, in no order, as they are read. */
export function entriesOf(side: Side, reading: Reading): AsyncGenerator<Found> {
  if (side.query !== undefined) return fromQuery(side, reading);
  if (side.directory !== undefined) return fromDirectory(side.directory, side, reading);
  return fromProgram(side, reading);
}

async function* fromQuery(
  { connection = '', query = '' }: Side,
  { context: { signal }, secrets }: Reading,
): AsyncGenerator<Found> {
  // A cursor: the rows may be more than the memory holds.
  const inPieces = async function* (client: pg.Client) {
    await client.query(oneStatement(`declare muster no scroll cursor for ${query}`));
    for (;;) {
      const { rows } = await client.query<Scalar[]>(oneStatement(`fetch ${rowsAtOnce} from muster`));
      if (rows.length === 0) return;
      yield* rows;
    }
  };
  const question = { connection, query, timeout: { connect: connectMs } };
  for await (const row of readOnly(question, inPieces, { signal, secrets })) {
    const [key = null, value] = row;
    if (key === null)
      throw new ActionFailure(`A row of ${JSON.stringify(query)} has no key. Leave it out there.`);
    yield { key: String(key), value: value === undefined ? undefined : String(value) };
  }
}

async function* fromDirectory(
  directory: string,
  { pattern, value = 'sha256' }: Side,
  { context: { signal }, withValues }: Reading,
): AsyncGenerator<Found> {
  const taken = taker(pattern);
  try {
    if (!(await lstat(directory)).isDirectory())
      throw new ActionFailure(`${directory} is no directory. Name the one that it leads to.`);
    for await (const { path, regular } of everyFileBelow(directory)) {
      signal.throwIfAborted();
      if (path === markerFile) continue;
      const found = regular ? taken(shownPath(path)) : 'left out';
      if (found === 'left out' || found.value !== undefined || !withValues) yield found;
      else yield { ...found, value: await valueOf(join(directory, path), value, signal) };
    }
  } catch (cause) {
    signal.throwIfAborted();
    const { code, path } = cause as NodeJS.ErrnoException;
    if (code === undefined) throw cause;
    throw new ActionFailure(`${path ?? directory} cannot be read (${code}): not all was compared.`, {
      cause,
    });
  }
}

async function valueOf(file: string, value: 'sha256' | 'size', signal: AbortSignal): Promise<string> {
  if (value === 'sha256') return sha256(file, { signal, onBytes: () => undefined });
  return String((await lstat(openable(file))).size);
}

/** What it prints goes through a file: it may be more than the memory holds. */
async function* fromProgram(
  { argv = [], env, pattern }: Side,
  { context, secrets }: Reading,
): AsyncGenerator<Found> {
  await secrets.revealAll(env);
  const printed = join(context.workDirectory, 'printed');
  const taken = taker(pattern);
  try {
    await runOrFail(['sh', '-c', 'exec "$@" >"$0"', printed, ...argv], context, {
      doing: `Asking ${argv[0]} for its list`,
      env,
    });
    for await (const line of linesOf(printed, { encoding: 'utf8', signal: context.signal }))
      yield taken(line);
  } finally {
    await rm(printed, { force: true });
  }
}

function taker(pattern: string | undefined): (text: string) => Found {
  if (pattern === undefined) return (key) => ({ key, value: undefined });
  const expression = new RegExp(pattern, 'u');
  return (text) => {
    const { key, value } = expression.exec(text)?.groups ?? {};
    return key === undefined ? 'left out' : { key, value };
  };
}
