import { setTimeout as sleep } from 'node:timers/promises';
import type { Instant } from '../../core/units.ts';
import type { Scalar } from '../../core/value.ts';
import { type ActionContext, ActionFailure } from '../action.ts';
import type { Session } from '../postgres/session.ts';
import { scalarTypes } from '../sql/scalar.ts';
import type { Entry } from './contents.ts';

const counted = new Set(['TABLE', 'FOREIGN TABLE', 'VIEW', 'MATERIALIZED VIEW', 'SEQUENCE', 'INDEX']);

export interface Restored {
  readonly tables: number;
  readonly rows: number;
  /** Tables, views, sequences and indexes. */
  readonly objects: number;
  readonly bytes: number;
  readonly newestRecord?: Instant;
}

/**
 * Looks for every table, view, sequence and index of the dump in the restored database, and gathers the statistics that a dump does
 * not hold and without which a planner guesses. Connected to that database.
 * @throws ActionFailure that names what is not there.
 */
export async function verifyRestored(
  session: Session,
  { entries, newestRecord }: { entries: readonly Entry[]; newestRecord: string | undefined },
  context: ActionContext,
): Promise<Restored> {
  const { client } = session;
  const rows = await insertedRows(session, context);
  const there = await client.query<{ name: string }>(
    `select nspname || '.' || relname as name from pg_class join pg_namespace on pg_namespace.oid = relnamespace`,
  );
  // As pg_restore lists them.
  const names = new Set(there.rows.map(({ name }) => name.replace(/[\r\n]/g, ' ')));
  const expected = entries.filter(({ type }) => counted.has(type));
  const missing = expected.filter(({ schema, name }) => !names.has(`${schema}.${name}`));
  const tables = expected.filter(({ type }) => type === 'TABLE').length;
  if (missing.length > 0) {
    const first = missing.slice(0, 5).map(({ type, schema, name }) => `${type} ${schema}.${name}`);
    throw new ActionFailure(
      `Of ${expected.length} tables, views, sequences and indexes of the dump ${missing.length} did not come back: ${first.join(', ')}.`,
      { findings: { value: tables, tables, objects: expected.length - missing.length } },
    );
  }
  context.progress({ doing: 'gathering statistics' });
  await client.query('analyze');
  const size = await client.query<{ bytes: string }>('select pg_database_size(current_database()) as bytes');
  const newest = newestRecord === undefined ? undefined : await newestOf(session, newestRecord);
  return {
    ...{ tables, rows, objects: expected.length, bytes: Number(size.rows[0]?.bytes) },
    ...(newest !== undefined && { newestRecord: newest }),
  };
}

/** The figures of a connection are in the server's statistics when it has ended. */
async function insertedRows({ client }: Session, { signal }: ActionContext): Promise<number> {
  const others = `select count(*) as n from pg_stat_activity where datname = current_database()
    and pid <> pg_backend_pid() and backend_type = 'client backend'`;
  for (let look = 0; look < 100; look += 1) {
    const { rows } = await client.query<{ n: string }>(others);
    if (rows[0]?.n === '0') break;
    await sleep(50, undefined, { signal });
  }
  const { rows } = await client.query<{ n: string | null }>(
    `select sum(n_tup_ins) as n from pg_stat_user_tables join pg_class on pg_class.oid = relid where relkind = 'r'`,
  );
  return Number(rows[0]?.n ?? 0);
}

async function newestOf({ client }: Session, text: string): Promise<Instant | undefined> {
  const { rows } = await client.query<Scalar[]>({ text, rowMode: 'array', types: scalarTypes });
  const value = rows[0]?.[0] ?? null;
  if (value === null) return undefined;
  const moment = Date.parse(String(value));
  if (!Number.isNaN(moment)) return moment;
  throw new ActionFailure(`newestRecord found ${JSON.stringify(value)}, which is no time.`);
}
