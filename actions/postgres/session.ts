import pg from 'pg';
import { type ActionContext, ActionFailure } from '../action.ts';
import { Secrets } from '../secret.ts';
import { type ConnectionParameters, parseParameters, toConfig } from '../sql/connection.ts';

/** A server of PostgreSQL, to which a connection is open as long as the work lasts. */
export interface Session {
  readonly client: pg.Client;
  /** The database that the connection is to. */
  readonly database: string;
  /** Where the server is, as HOST:PORT, for people. */
  readonly at: string;
  /** On this host, as far as its address says. */
  readonly local: boolean;
  /** How libpq's programs connect to it. It holds the password: for the environment of a child, and nothing else. */
  readonly environment: Readonly<Record<string, string>>;
  readonly secrets: Secrets;
}

const variables: Readonly<Record<string, string>> = {
  host: 'PGHOST',
  hostaddr: 'PGHOSTADDR',
  port: 'PGPORT',
  user: 'PGUSER',
  password: 'PGPASSWORD',
  options: 'PGOPTIONS',
  sslmode: 'PGSSLMODE',
  sslrootcert: 'PGSSLROOTCERT',
  sslcert: 'PGSSLCERT',
  sslkey: 'PGSSLKEY',
};

/** How long the server may take to let us in, in milliseconds. */
const connectMs = 15_000;

/**
 * Connects, works, and closes the connection; it is closed when the step is stopped, too.
 * @param database another one than the connection names (which is `postgres` unless it says so).
 * @throws ActionFailure with what the server said, without a secret.
 */
export async function withSession<T>(
  { connection, database }: { readonly connection: string; readonly database?: string },
  context: Pick<ActionContext, 'signal'>,
  work: (session: Session) => Promise<T>,
): Promise<T> {
  context.signal.throwIfAborted();
  const secrets = new Secrets();
  const parameters = parseParameters(await secrets.reveal(connection));
  const { password, dbname, ...rest } = parameters;
  if (password !== undefined) secrets.keep(password);
  const to = database ?? dbname ?? 'postgres';
  const at = `${rest['host'] ?? process.env['PGHOST'] ?? 'localhost'}:${rest['port'] ?? process.env['PGPORT'] ?? 5432}`;
  const client = new pg.Client({
    ...toConfig(parameters),
    ...{ database: to, application_name: 'muster', connectionTimeoutMillis: connectMs },
  });
  client.on('error', () => undefined); // A connection lost between two queries fails the next one.
  const stop = () => void client.end();
  context.signal.addEventListener('abort', stop, { once: true });
  try {
    await client.connect();
    const environment = environmentOf(parameters);
    return await work({ client, database: to, at, local: isLocal(rest['host']), environment, secrets });
  } catch (error) {
    context.signal.throwIfAborted();
    throw inWords(error, at, secrets);
  } finally {
    context.signal.removeEventListener('abort', stop);
    await client.end().catch(() => undefined); // It may have ended already.
  }
}

const environmentOf = (parameters: ConnectionParameters): Record<string, string> =>
  Object.fromEntries(
    Object.entries(parameters).flatMap(([key, value]) => {
      const name = Object.hasOwn(variables, key) ? variables[key] : undefined;
      return name === undefined ? [] : [[name, value]];
    }),
  );

const isLocal = (host: string | undefined): boolean =>
  host === undefined || /^(\/|127\.|::1$|localhost$)/.test(host);

function inWords(error: unknown, at: string, secrets: Secrets): unknown {
  if (error instanceof ActionFailure) return error;
  const { message, code, detail } = error as Error & { code?: string; detail?: string };
  // A refused connection to several addresses is an error without a message.
  const said = [message || String(code), detail].filter(Boolean).join(': ');
  return new ActionFailure(secrets.redact(`PostgreSQL at ${at} says: ${said}.`), { cause: error });
}
