import pg from 'pg';
import type { ActionContext } from '../action.ts';
import { commentOn, databasesOf, dropDatabase, isBuild, recordDatabase } from '../postgres/marked-database.ts'; // prettier-ignore
import type { Session } from '../postgres/session.ts';
import type { DatabaseSql } from './database-sql.ts';

const stepOf = (made: string): string => made.replace(/#\d+$/, '');

/** Drops what earlier tries of this step have built and nobody has put into its place; other steps of the run may be at work. */
export async function dropOldBuilds(session: Session, context: ActionContext): Promise<void> {
  for (const [name, marker] of await databasesOf(session)) {
    const mine = marker?.run === context.run && stepOf(marker.try) === stepOf(context.try);
    if (mine && isBuild(name, marker)) await dropDatabase(session, name);
  }
}

/** Makes an empty database with the encoding and the locale of the dumped one; it bears the run's marker at once. */
export async function createDatabase(
  name: string,
  { session, database, connection }: { session: Session; database: DatabaseSql; connection: string },
  context: ActionContext,
): Promise<void> {
  const { run, token, try: made } = context;
  await recordDatabase({ connection, database: name, session }, context);
  const options = ['template = template0', ...database.options];
  await session.client.query(`create database ${pg.escapeIdentifier(name)} with ${options.join(' ')}`);
  await session.client.query(commentOn(name, { run, token, try: made, complete: false }));
}

/** Gives the new database what the dumped one had as a database: its owner, its settings, who may connect. */
export async function giveProperties(
  name: string,
  { session, database, ownership }: { session: Session; database: DatabaseSql; ownership: boolean },
  context: ActionContext,
): Promise<void> {
  for (const begun of database.unknown)
    context.log(`left out, pg_dump writes no such statement about a database: ${begun} …`);
  for (const statement of database.statements)
    if (ownership || !statement.ownership) await session.client.query(statement.sql(name));
}
