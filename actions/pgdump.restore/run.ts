import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { z } from 'zod';
import {
  type ActionContext,
  ActionFailure,
  type ActionResult,
  type List,
  type Run,
  type Settle,
} from '../action.ts';
import { leaveOut } from '../left-out.ts';
import { keepResult, keptResult } from '../kept-result.ts';
import {
  commentOn,
  databaseBeside,
  databasesOf,
  dropDatabase,
  placeOf,
} from '../postgres/marked-database.ts';
import { type Session, withSession } from '../postgres/session.ts';
import { chooseDump, type Dump, dumpsIn, readDump } from './archive.ts';
import { verifyDump } from './checksum.ts';
import { type Contents, readContents } from './contents.ts';
import { createDatabase, dropOldBuilds, giveProperties } from './database.ts';
import { mustMeet, serverVersion } from './demands.ts';
import type { description } from './describe.ts';
import { choosePart, type Part } from './part.ts';
import { watchReading } from './progress.ts';
import { findPgRestore, pgRestore } from './tool.ts';
import { type Restored, verifyRestored } from './verify.ts';

type Input = z.output<typeof description.input>;

interface Restoring {
  readonly input: Input;
  readonly dump: Dump;
  readonly program: string;
  readonly contents: Contents;
  /** Undefined: the whole. */
  readonly part: Part | undefined;
  /** The new database. */
  readonly build: string;
}

/** All that can be known before is looked at before; the comment that says "complete" is written last. */
export const run: Run<Input> = async (input, context) => {
  const restoring = await prepare(input, context);
  const { dump, part } = restoring;
  for (const one of part?.leftOut ?? []) context.log(`left out, it needs what was not asked for: ${one}`);
  if (!(await verifyDump(dump, context))) context.log(`${dump.path} has no checksums beside it.`);
  try {
    return await restore(restoring, context);
  } catch (error) {
    const { left, words } = await takeAway(restoring, context);
    if (!(error instanceof ActionFailure)) throw error;
    // What was removed again did nothing, however it ended.
    const kind = error.kind === 'unknown' && !left ? 'retryable' : error.kind;
    throw new ActionFailure(`${error.message} ${words}`, { cause: error, findings: error.findings, kind });
  }
};

export const settle: Settle<Input> = ({ connection, database }, context) =>
  withSession({ connection }, context, async (session) => {
    const marker = (await databasesOf(session)).get(databaseBeside(database, context).build);
    const mine = marker?.try === context.try && marker.run === context.run ? marker : undefined;
    return mine?.complete ? keptResult(context) : 'not-done';
  });

export const list: List<Input> = async (input, context) => {
  const program = await findPgRestore(input.binaries);
  const points = [];
  for (const path of await dumpsIn(input.backup)) {
    const dump = await readDump(path, input, program, context).catch((why: unknown) =>
      leaveOut(context, why),
    );
    if (dump) points.push({ id: dump.id, time: dump.time, bytes: dump.bytes, kind: 'dump', copy: path });
  }
  return points;
};

async function prepare(input: Input, context: ActionContext): Promise<Restoring> {
  const newest = await findPgRestore(input.binaries);
  const dump = await chooseDump(input, newest, context);
  const contents = await readContents(dump, newest, context);
  const wanted = input.tables.length + input.schemas.length > 0;
  const part = wanted ? choosePart(contents, input) : undefined;
  const { entries } = part ?? contents;
  const server = await withSession({ connection: input.connection }, context, async (session) => {
    await mustMeet({ dump, entries, ownership: input.ownership }, session, context);
    return serverVersion(session);
  });
  const { path: program } = await findPgRestore(input.binaries, { dump: dump.version, server });
  const { build } = databaseBeside(input.database, context);
  return { input, dump, program, contents, part, build };
}

async function restore(restoring: Restoring, context: ActionContext): Promise<ActionResult> {
  const { input, contents, part, build } = restoring;
  const { connection, ownership, newestRecord } = input;
  const { run: ofRun, token, try: made } = context;
  const environment = await withSession({ connection }, context, async (session) => {
    await dropOldBuilds(session, context);
    await createDatabase(build, { session, database: contents.database, connection }, context);
    return session.environment;
  });
  await fill(restoring, environment, context);
  const { entries } = part ?? contents;
  const restored = await withSession({ connection, database: build }, context, (session) =>
    verifyRestored(session, { entries, newestRecord }, context),
  );
  return withSession({ connection }, context, async (session) => {
    await giveProperties(build, { session, database: contents.database, ownership }, context);
    const result = resultOf(restoring, restored, session);
    await keepResult(result, context);
    await session.client.query(commentOn(build, { run: ofRun, token, try: made, complete: true }));
    return result;
  });
}

async function fill(
  { input, dump, program, part, build }: Restoring,
  environment: Session['environment'],
  context: ActionContext,
): Promise<void> {
  const chosen = join(context.workDirectory, 'chosen.list');
  if (part) await writeFile(chosen, `${part.lines.join('\n')}\n`);
  const argv = [
    ...[program, '--verbose', '--no-password', '--dbname', build],
    ...(input.jobs > 1 ? ['--exit-on-error', '--jobs', String(input.jobs)] : ['--single-transaction']),
    ...(input.ownership ? [] : ['--no-owner', '--no-privileges']),
    ...(part ? ['--use-list', chosen] : []),
    dump.path,
  ];
  const watch = watchReading(part ? undefined : dump.bytes, context);
  try {
    const heard = { ...context, log: watch.line };
    const doing = `Restoring ${dump.path} into ${build}`;
    await pgRestore(argv, heard, { doing, env: environment, onStart: watch.onStart });
  } finally {
    watch.end();
  }
}

/** How long it may take when the step was stopped, in milliseconds. */
const takeAwayMs = 5_000;

/** Whatever still works in it is ended with it. @returns what was done about it. */
async function takeAway(
  { input, build }: Restoring,
  context: ActionContext,
): Promise<{ left: boolean; words: string }> {
  const limited = { signal: AbortSignal.timeout(takeAwayMs) };
  try {
    await withSession({ connection: input.connection }, limited, (session) => dropDatabase(session, build));
    return { left: false, words: `The database ${build} was removed again; no other was touched.` };
  } catch (error) {
    const words = `The unfinished database ${build} is left (${(error as Error).message}); no other was touched.`;
    context.log(words);
    return { left: true, words };
  }
}

function resultOf({ dump, part, build }: Restoring, restored: Restored, session: Session): ActionResult {
  const { newestRecord, ...figures } = restored;
  const { tables, rows, bytes } = figures;
  return {
    outputs: {
      ...{ database: build, tables, rows, bytes, point: dump.id },
      recoveredUpTo: new Date(dump.time).toISOString(),
      newestRecord: newestRecord === undefined ? null : new Date(newestRecord).toISOString(),
      leftOut: part?.leftOut.join(', ').slice(0, 1_000) ?? '',
    },
    findings: { value: tables, ...figures },
    found: {
      point: dump.id,
      recoveredUpTo: dump.time,
      ...(newestRecord !== undefined && { newestRecord }),
      made: [placeOf(build, session)],
    },
  };
}
