import { readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import pg from 'pg';
import type { ActionContext } from '../action.ts';
import {
  databaseBeside,
  databasesOf,
  readDatabases,
  type RecordedDatabase,
} from '../postgres/marked-database.ts';
import { type Session, withSession } from '../postgres/session.ts';
import { noteSetAside, readSetAside, type SetAside } from '../set-aside.ts';
import { stepFiles } from '../step-files.ts';

/**
 * Drops a database that a run has set aside, as its step has recorded it; nobody may be in it.
 * @returns `removed`, `gone` where it is not there any more, or why it was left.
 */
export async function removeDatabase(
  place: string,
  run: string,
  context: Pick<ActionContext, 'run' | 'try' | 'workDirectory' | 'runDirectory' | 'signal' | 'log'>,
): Promise<string> {
  const found = await foundIn(dirname(context.runDirectory), place, run, context.log);
  if (!found) return `nothing says that ${run} has set it aside`;
  const { note, recorded } = found;
  const { aside, undone } = databaseBeside(note.replaced, note);
  if (![aside, undone].includes(recorded.database)) return 'its name is not that of something set aside';
  try {
    const { connection, database } = recorded;
    const outcome = await withSession({ connection }, context, (session) => drop(database, session));
    if (outcome === 'removed' || outcome === 'gone')
      await noteSetAside({ kind: 'database', place, replaced: note.replaced, gone: true }, context);
    return outcome;
  } catch (error) {
    context.signal.throwIfAborted();
    return error instanceof Error ? error.message : String(error);
  }
}

async function drop(name: string, session: Session): Promise<string> {
  if (!(await databasesOf(session)).has(name)) return 'gone';
  const { rows } = await session.client.query(
    `select 1 from pg_stat_activity where datname = $1 and backend_type = 'client backend'`,
    [name],
  );
  if (rows.length > 0) return `${rows.length} connections are open to it`;
  await session.client.query(`drop database ${pg.escapeIdentifier(name)}`);
  return 'removed';
}

/** The note and the connection of a database, in the directories of the steps of that run. */
async function foundIn(
  steps: string,
  place: string,
  run: string,
  log: (line: string) => void,
): Promise<{ readonly note: SetAside; readonly recorded: RecordedDatabase } | undefined> {
  for (const below of await directoriesIn(steps))
    for (const step of await directoriesIn(below)) {
      const work = join(step, stepFiles.work);
      const notes = await readSetAside(work, log);
      const note = notes.find((one) => one.place === place && one.run === run && !one.gone);
      if (!note) continue;
      const recorded = (await readDatabases(work, log)).find((one) => one.place === place);
      if (recorded) return { note, recorded };
    }
  return undefined;
}

const directoriesIn = async (directory: string): Promise<string[]> =>
  (await readdir(directory, { withFileTypes: true }))
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => join(directory, name));
