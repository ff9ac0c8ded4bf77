import pg from 'pg';
import type { Milliseconds } from '../../core/units.ts';
import { ActionFailure, type ActionContext } from '../action.ts';
import type { Secrets } from '../secret.ts';
import { parseConnection } from './connection.ts';
import { scalarTypes } from './scalar.ts';

export interface Question {
  /** As libpq takes it, or a reference to it. */
  readonly connection: string;
  readonly query: string;
  /** How long the server may take to be reached, and the query to be answered. */
  readonly timeout: { readonly connect: Milliseconds; readonly answer?: Milliseconds };
}

/**
 * Asks a database one question in a transaction that can only read. Values are read as `scalarTypes` says.
 * @param ask asks it by the client that it is handed, and yields what it reads.
 * @throws ActionFailure where it is not answered, free of the secrets in the connection.
 */
export async function* readOnly<T>(
  { connection, query, timeout }: Question,
  ask: (client: pg.Client) => AsyncGenerator<T>,
  { signal, secrets }: { readonly signal: ActionContext['signal']; readonly secrets: Secrets },
): AsyncGenerator<T> {
  const config = parseConnection(await secrets.reveal(connection));
  if (typeof config.password === 'string') secrets.keep(config.password);
  const { connect, answer } = timeout;
  const client = new pg.Client({
    ...config,
    application_name: 'muster',
    connectionTimeoutMillis: connect,
    // The server's own limit comes first: it says what it was doing.
    ...(answer !== undefined && { statement_timeout: answer, query_timeout: answer + 1_000 }),
    types: scalarTypes,
  });
  client.on('error', () => undefined); // A connection lost between two queries fails the next one.
  const stop = () => void client.end();
  signal.addEventListener('abort', stop, { once: true });
  try {
    await client.connect();
    await client.query(`begin transaction read only; set local datestyle = 'ISO'`);
    yield* ask(client);
    await client.query('rollback');
  } catch (cause) {
    signal.throwIfAborted();
    if (cause instanceof ActionFailure) throw cause;
    // A refused connection to several addresses is an error without a message.
    const { message, code } = cause as NodeJS.ErrnoException;
    const said = message || String(code);
    throw new ActionFailure(secrets.redact(`The query ${JSON.stringify(query)} was not answered: ${said}.`), {
      cause,
    });
  } finally {
    signal.removeEventListener('abort', stop);
    await client.end().catch(() => undefined); // It may have ended already.
  }
}

/** In the extended protocol the server refuses a second statement, such as a `commit` that ends the read-only one. */
export const oneStatement = (text: string) =>
  ({ text, rowMode: 'array', queryMode: 'extended' }) satisfies pg.QueryArrayConfig & { queryMode: string };
