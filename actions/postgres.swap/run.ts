import type { z } from 'zod';
import { ActionFailure, type ActionResult, type Run, type Settle } from '../action.ts';
import { keepResult, keptResult } from '../kept-result.ts';
import {
  databaseBeside,
  type DatabaseMarker,
  databasesOf,
  isBuild,
  placeOf,
  recordDatabase,
} from '../postgres/marked-database.ts';
import { mustBeBeside, renameDatabases } from '../postgres/rename-databases.ts';
import { type Session, withSession } from '../postgres/session.ts';
import { noteSetAside } from '../set-aside.ts';
import type { description } from './describe.ts';

type Input = z.output<typeof description.input>;

/** Its journal is the comment of the database, which is written by the transaction that renames. */
export const run: Run<Input> = async (input, context) => {
  const { connection, database, restored } = input;
  const looked = await withSession({ connection }, context, (session) => look(input, session, context.run));
  const { marker, there, session } = looked;
  const aside = there ? databaseBeside(database, context).aside : null;
  const places = [database, ...(aside === null ? [] : [aside])];
  for (const name of places) await recordDatabase({ connection, database: name, session }, context); // prettier-ignore
  if (aside !== null) await noteSetAside({ kind: 'database', place: placeOf(aside, session), replaced: database }, context); // prettier-ignore
  const result = (ended: number | null): ActionResult => ({
    outputs: { database, aside, ended },
    findings: { value: database, ended },
    found: { made: places.map((name) => placeOf(name, session)) },
  });
  await keepResult(result(null), context);
  const renames = [...(aside === null ? [] : [[database, aside] as const]), [restored, database] as const];
  const swapped: DatabaseMarker = { ...marker, swap: { try: context.try, aside } };
  return result(await renameDatabases({ connection, renames, marked: [database, swapped] }, context));
};

export const settle: Settle<Input> = ({ connection, database, restored }, context) =>
  withSession({ connection }, context, async (session) => {
    const all = await databasesOf(session);
    // The names first: what a comment says, the owner of the database can write.
    if (all.has(restored)) return 'not-done';
    return all.get(database)?.swap?.try === context.try ? keptResult(context) : 'partial';
  });

/** @throws ActionFailure where the restored database is not there, not of this run, or not whole. */
async function look({ database, restored }: Input, session: Session, run: string) {
  mustBeBeside(session, [database, restored]);
  const all = await databasesOf(session);
  const marker = all.get(restored);
  if (marker?.run !== run || !isBuild(restored, marker))
    throw refused(`${restored} ${all.has(restored) ? 'was not made by this run' : 'is not there'}.`);
  if (!marker.complete) throw refused(`${restored} was not restored to its end, or not verified.`);
  return { marker, there: all.has(database), session };
}

const refused = (why: string) =>
  new ActionFailure(`The database ${why} Nothing was renamed. Restore it first (pgdump.restore).`, {
    kind: 'terminal',
  });
