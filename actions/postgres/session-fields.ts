import { z } from 'zod';
import { maybeSecret } from '../field.ts';

/** How the actions that work with the databases of a running server are told where it is. */
export const connectionField = () =>
  maybeSecret().describe(
    'How to connect, as a reference such as env:NAME or file:/path where it holds a password: postgresql://… or host=… user=…. Its database is `postgres` unless it says so.',
  );

/** libpq takes a name with `=` in it, and one that begins like a URL, for more than a name. */
export const databaseName = () =>
  z.string().regex(/^[A-Za-z_][\w$-]{0,62}$/, 'must be a plain name of a database');
