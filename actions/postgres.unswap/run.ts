import type { z } from 'zod';
import { type ActionContext, ActionFailure, type ActionResult, type Run, type Settle } from '../action.ts';
import {
  databaseBeside,
  type DatabaseMarker,
  databasesOf,
  placeOf,
  recordDatabase,
} from '../postgres/marked-database.ts';
import { mustBeBeside, renameDatabases } from '../postgres/rename-databases.ts';
import { type Session, withSession } from '../postgres/session.ts';
import { noteSetAside, notesOfRun } from '../set-aside.ts';
import type { description } from './describe.ts';

type Input = z.output<typeof description.input>;

/**
 * The way back of a swap, in one transaction as well. What no swap of this run has put there is left alone: then there is nothing to undo.
 * @throws ActionFailure where the old database is gone, or the comment names another one than that swap has set aside.
 */
export const run: Run<Input> = async ({ connection, database }, context) => {
  const { marker, aside, session, there } = await withSession({ connection }, context, (found) =>
    look(database, found, context),
  );
  if (!marker) return resultOf(database, null, there, session);
  const { undone } = databaseBeside(database, context);
  await recordDatabase({ connection, database: undone, session }, context);
  const note = { kind: 'database', replaced: database } as const;
  await noteSetAside({ ...note, place: placeOf(undone, session) }, context);
  const renames = [[database, undone] as const, ...(aside === null ? [] : [[aside, database] as const])];
  await renameDatabases({ connection, renames, marked: [undone, marker] }, context);
  if (aside !== null) await noteSetAside({ ...note, place: placeOf(aside, session), gone: true }, context);
  return resultOf(database, undone, aside !== null, session);
};

export const settle: Settle<Input> = ({ connection, database }, context) =>
  withSession({ connection }, context, async (session) =>
    isOurs((await databasesOf(session)).get(database), context.run) ? 'not-done' : 'done',
  );

const isOurs = (marker: DatabaseMarker | undefined, run: string): boolean =>
  marker?.run === run && marker.swap !== undefined;

async function look(database: string, session: Session, { run, runDirectory }: ActionContext) {
  mustBeBeside(session, [database]);
  const all = await databasesOf(session);
  const marker = all.get(database);
  const there = all.has(database);
  if (!marker?.swap || !isOurs(marker, run)) {
    // A comment can be lost, or taken away: then the notes of the run's steps tell that its swap was there.
    const notes = (await notesOfRun(runDirectory)).filter(
      (note) => note.run === run && note.replaced === database,
    );
    const kept = notes.map((note) => databaseBeside(database, note).aside).find((one) => all.has(one));
    if (kept !== undefined)
      throw refused(
        `The comment on ${database} does not say any more that this run put it there, but ${kept}, which it set aside, is still there.`,
        'Find out who changed it, and rename by hand.',
      );
    return { marker: undefined, aside: null, session, there };
  }
  const { swap, ...before } = marker;
  // The owner of the database can write its comment; the name that the swap gave to the old one cannot be chosen.
  const { aside } = databaseBeside(database, { run, try: swap.try });
  if (swap.aside === null ? all.has(aside) : swap.aside !== aside)
    throw refused(
      `The comment on ${database} says that its swap set ${swap.aside ?? 'nothing'} aside, but the old database of that swap is called ${aside}: somebody else has written it.`,
      'Find out who, and rename by hand.',
    );
  if (swap.aside !== null && !all.has(swap.aside))
    throw new ActionFailure(
      `The old database ${swap.aside} is not there any more, so ${database} stays as it is. Find out who renamed or dropped it.`,
      { kind: 'terminal' },
    );
  return { marker: before, aside: swap.aside, session, there };
}

const refused = (why: string, advice: string) =>
  new ActionFailure(`${why} Nothing was renamed. ${advice}`, { kind: 'terminal' });

function resultOf(database: string, undone: string | null, putBack: boolean, at: Session): ActionResult {
  return {
    outputs: { database, undone, putBack },
    findings: { value: true, putBack },
    found: { made: undone === null ? [] : [placeOf(undone, at)] },
  };
}
