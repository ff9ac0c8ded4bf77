import pg from 'pg';
import type { ActionContext } from '../action.ts';
import { commentOn, databasesOf, dropDatabase, recordDatabase } from '../postgres/marked-database.ts';
import type { Session } from '../postgres/session.ts';
import type { Entry } from './contents.ts';

/** The names of a database that are made after its tries. */
const afterTry = /_new_[0-9a-f]{12}$/;

const stepOf = (made: string): string => made.replace(/#\d+$/, '');

/** Drops what earlier tries of this step have built and nobody has put into its place; other steps of the run may be at work. */
export async function dropOldBuilds(session: Session, context: ActionContext): Promise<void> {
  for (const [name, marker] of await databasesOf(session)) {
    const mine = marker?.run === context.run && stepOf(marker.try) === stepOf(context.try);
    if (mine && afterTry.test(name)) await dropDatabase(session, name);
  }
}

/** Makes an empty database with the encoding and the locale of the dumped one; it bears the run's marker at once. */
export async function createDatabase(
  name: string,
  { session, entries, connection }: { session: Session; entries: readonly Entry[]; connection: string },
  context: ActionContext,
): Promise<void> {
  const { run, token, try: made } = context;
  await recordDatabase({ connection, database: name, session }, context);
  const written = entries.find(({ type }) => type === 'DATABASE')?.sql ?? '';
  const [, as = 'TEMPLATE = template0'] = /^CREATE DATABASE .+? WITH (.*);$/m.exec(written) ?? [];
  await session.client.query(`create database ${pg.escapeIdentifier(name)} with ${as}`);
  await session.client.query(commentOn(name, { run, token, try: made, complete: false }));
}

/** Gives the new database what the dumped one had as a database: its owner, its settings, who may connect. */
export async function giveProperties(
  name: string,
  { session, entries, ownership }: { session: Session; entries: readonly Entry[]; ownership: boolean },
): Promise<void> {
  const database = entries.find(({ type }) => type === 'DATABASE');
  const [, original = ''] = /^CREATE DATABASE (.+?) WITH /m.exec(database?.sql ?? '') ?? [];
  const of = entries.filter(
    ({ type, name: about }) =>
      type === 'DATABASE PROPERTIES' ||
      (ownership && (type === 'DATABASE' || (type === 'ACL' && about.startsWith('DATABASE ')))),
  );
  const statements = of.flatMap(({ sql }) => sql.match(/^(?:ALTER|GRANT|REVOKE) [^]*?;$/gm) ?? []);
  for (const statement of statements)
    await session.client.query(
      statement.replace(` DATABASE ${original} `, () => ` DATABASE ${pg.escapeIdentifier(name)} `),
    );
}
