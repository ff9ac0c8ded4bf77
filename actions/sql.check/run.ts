import pg from 'pg';
import type { z } from 'zod';
import type { Scalar } from '../../core/value.ts';
import { ActionFailure, type ActionContext, type Run } from '../action.ts';
import { Secrets } from '../secret.ts';
import { parseConnection } from './connection.ts';
import type { description } from './describe.ts';
import { scalarTypes } from './scalar.ts';

type Input = z.output<typeof description.input>;

export const run: Run<Input> = async ({ connection, query, timeout }, context) => {
  const secrets = new Secrets();
  const config = parseConnection(await secrets.reveal(connection));
  if (typeof config.password === 'string') secrets.keep(config.password);
  const client = new pg.Client({
    ...config,
    application_name: 'muster',
    connectionTimeoutMillis: timeout,
    statement_timeout: timeout,
    query_timeout: timeout + 1_000, // The server's own limit comes first: it says what it was doing.
    types: scalarTypes,
  });
  client.on('error', () => undefined); // A connection lost between two queries fails the next one.
  try {
    const { rows, value: found } = await askOnce(client, query, context);
    const value = typeof found === 'string' ? secrets.redact(found) : found;
    return { outputs: { value, rows }, findings: { value, rows } };
  } catch (cause) {
    context.signal.throwIfAborted();
    // A refused connection to several addresses is an error without a message.
    const { message, code } = cause as NodeJS.ErrnoException;
    const said = message || String(code);
    throw new ActionFailure(secrets.redact(`The query ${JSON.stringify(query)} was not answered: ${said}.`), {
      cause,
    });
  } finally {
    await client.end().catch(() => undefined); // It may have ended already.
  }
};

async function askOnce(
  client: pg.Client,
  query: string,
  context: ActionContext,
): Promise<{ rows: number; value: Scalar }> {
  const stop = () => void client.end();
  context.signal.addEventListener('abort', stop, { once: true });
  try {
    await client.connect();
    await client.query(`begin transaction read only; set local datestyle = 'ISO'`);
    const { rows } = await client.query<Scalar[]>(oneStatement(query));
    await client.query('rollback');
    return { rows: rows.length, value: rows[0]?.[0] ?? null };
  } finally {
    context.signal.removeEventListener('abort', stop);
  }
}

/** In the extended protocol the server refuses a second statement, such as a `commit` that ends the read-only one. */
const oneStatement = (text: string) =>
  ({ text, rowMode: 'array', queryMode: 'extended' }) satisfies pg.QueryArrayConfig & { queryMode: string };
