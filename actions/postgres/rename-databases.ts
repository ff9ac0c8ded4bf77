import pg from 'pg';
import { ActionFailure, type ActionContext } from '../action.ts';
import { commentOn, type DatabaseMarker } from './marked-database.ts';
import { type Session, withSession } from './session.ts';

export interface Renaming {
  /** In this order. */
  readonly renames: readonly (readonly [from: string, to: string])[];
  /** The marker that a database bears afterwards, by its new name. */
  readonly marked: readonly [name: string, marker: DatabaseMarker];
}

/** How long somebody else may hold one of the databases (who renames, drops or copies it), in milliseconds. */
const lockMs = 8_000;
const endEveryMs = 200;

/**
 * Renames databases in one transaction: all or nothing, whenever it is interrupted. The first rename holds its database against
 * new connections and waits five seconds for the old ones to go; meanwhile a second connection ends them.
 * @returns how many connections were ended.
 * @throws ActionFailure where they cannot be ended, or the databases are in use in another way. Then nothing was renamed.
 */
export async function renameDatabases(
  { connection, renames, marked: [name, marker] }: Renaming & { readonly connection: string },
  context: ActionContext,
): Promise<number> {
  const old = renames.map(([from]) => from);
  return withSession({ connection }, context, (session) =>
    endingConnections(old, { connection, session }, context, async () => {
      const { client } = session;
      await client.query(`set lock_timeout = ${lockMs}`);
      await client.query('begin');
      for (const [from, to] of renames)
        await client.query(
          `alter database ${pg.escapeIdentifier(from)} rename to ${pg.escapeIdentifier(to)}`,
        );
      await client.query(commentOn(name, marker));
      await client.query('commit').catch(notKnown);
    }),
  );
}

const notKnown = (cause: Error): never => {
  throw new ActionFailure(
    `The connection was lost while the renames were committed (${cause.message}): it is to be looked at what the databases are called.`,
    { cause, kind: 'unknown' },
  );
};

/** @throws ActionFailure where the connection is to one of the databases that it renames. */
export function mustBeBeside({ database }: Session, renamed: readonly string[]): void {
  if (!renamed.includes(database)) return;
  throw new ActionFailure(
    `The connection is to the database ${database}, which nobody may be in while it is renamed. Let it name another one, such as postgres.`,
    { kind: 'terminal' },
  );
}

/** In two steps that a planner may not merge: as one condition it would be tried on everybody who is connected to the server. */
const endThem = `with theirs as materialized (select pid from pg_stat_activity where datname = any($1) and pid <> pg_backend_pid())
  select pid from theirs, lateral pg_terminate_backend(pid) as ended where ended`;

async function endingConnections(
  databases: readonly string[],
  { connection, session }: { connection: string; session: Session },
  context: ActionContext,
  work: () => Promise<void>,
): Promise<number> {
  const ended = new Set<number>();
  return withSession({ connection }, context, async ({ client }) => {
    const end = async () => {
      const { rows } = await client.query<{ pid: number }>(endThem, [databases]);
      for (const { pid } of rows) ended.add(pid);
    };
    mustBeBeside(session, databases);
    let [working, wrong]: [boolean, unknown] = [true, undefined];
    const done = work().then(() => (working = false), (error: unknown) => { working = false; wrong = error; }); // prettier-ignore
    while (working) {
      context.progress({ doing: `ending connections, ${ended.size} ended` });
      await end();
      await Promise.race([done, new Promise((resolve) => setTimeout(resolve, endEveryMs))]);
    }
    if (wrong !== undefined) throw wrong;
    return ended.size;
  });
}
