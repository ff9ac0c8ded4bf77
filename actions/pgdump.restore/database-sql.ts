import pg from 'pg';

/** What a dump says about its database itself, for another one to be made alike. */
export interface DatabaseSql {
  /** What `create database … with` is told. */
  readonly options: readonly string[];
  readonly statements: readonly {
    /** It says whose it is, or who may do what. */
    readonly ownership: boolean;
    readonly sql: (database: string) => string;
  }[];
  /** How the statements begin that are none of those that pg_dump writes. */
  readonly unknown: readonly string[];
}

type Make = (database: string, parts: readonly string[]) => string;

const identifier = `(?:"(?:[^"]|"")+"|[a-z_][a-z0-9_]*)`;
const literal = `(?:E'(?:[^'\\\\]|''|\\\\\\\\)*'|'(?:[^']|'')*')`;
const list = `${literal}(?:, ${literal})*`;
const privilege = '(?:CREATE|CONNECT|TEMPORARY|TEMP)';
const privileges = `(ALL(?: PRIVILEGES)?|${privilege}(?:, ?${privilege})*)`;
const grantee = `(PUBLIC|${identifier})`;
const option =
  '(ENCODING|LOCALE_PROVIDER|LOCALE|LC_COLLATE|LC_CTYPE|ICU_LOCALE|ICU_RULES|BUILTIN_LOCALE|TABLESPACE|TEMPLATE)';
const optionValue = `(${identifier}|${literal})`;

const plain = (text: string): string =>
  text.startsWith('"') ? text.slice(1, -1).replaceAll('""', '"') : text;
const name = (text = ''): string => (text === 'PUBLIC' ? text : pg.escapeIdentifier(plain(text)));

function value(text: string): string {
  if (!/^E?'/.test(text)) return pg.escapeLiteral(plain(text));
  const inside = text.slice(text.indexOf("'") + 1, -1).replaceAll("''", "'");
  return pg.escapeLiteral(text.startsWith('E') ? inside.replaceAll('\\\\', '\\') : inside);
}

const values = (text = ''): string =>
  (text.match(new RegExp(literal, 'g')) ?? []).map((one) => value(one).trim()).join(', ');

/** Every statement that pg_dump writes about a database, from its first letter to its last; all is written anew from its parts. */
const known: readonly (readonly [text: string, ownership: boolean, make: Make])[] = [
  [`ALTER DATABASE ${identifier} OWNER TO (${identifier});`, true, (to, [owner]) => `alter database ${to} owner to ${name(owner)}`],
  [`ALTER DATABASE ${identifier} CONNECTION LIMIT = (-?\\d{1,9});`, false, (to, [limit]) => `alter database ${to} connection limit = ${limit}`],
  [`ALTER DATABASE ${identifier} IS_TEMPLATE = (true|false);`, false, (to, [is]) => `alter database ${to} is_template = ${is}`],
  [`ALTER DATABASE ${identifier} SET (${identifier}) TO (${list});`, false, (to, [key, is]) => `alter database ${to} set ${name(key)} to ${values(is)}`],
  [`ALTER ROLE (${identifier}) IN DATABASE ${identifier} SET (${identifier}) TO (${list});`, false, (to, [role, key, is]) => `alter role ${name(role)} in database ${to} set ${name(key)} to ${values(is)}`],
  [`GRANT ${privileges} ON DATABASE ${identifier} TO ${grantee}( WITH GRANT OPTION)?;`, true, (to, [what, whom, more = '']) => `grant ${what} on database ${to} to ${name(whom)}${more}`],
  [`REVOKE (GRANT OPTION FOR )?${privileges} ON DATABASE ${identifier} FROM ${grantee};`, true, (to, [more = '', what, whom]) => `revoke ${more}${what} on database ${to} from ${name(whom)}`],
]; // prettier-ignore

const shapes = known.map(([text, ownership, make]) => ({
  pattern: new RegExp(`^${text}$`),
  ownership,
  make,
}));
const creation = new RegExp(`^CREATE DATABASE ${identifier} WITH ((?:${option} = ${optionValue} ?)+);$`);

/** Comments and psql's own commands; then one statement up to the semicolon that ends it. */
const one = new RegExp(
  `(?:\\s|--[^\\n]*\\n|\\\\[^\\n]*\\n)*((?![-\\\\\\s])(?:${literal}|"(?:[^"]|"")*"|[^;'"])*;)`,
  'gy',
);

/** @param text all that pg_restore says with nothing but the database's own entries. */
export function parseDatabaseSql(text: string): DatabaseSql {
  const options: string[] = [];
  const statements: DatabaseSql['statements'][number][] = [];
  const unknown: string[] = [];
  for (const [, statement = ''] of text.matchAll(one)) {
    const made = creation.exec(statement);
    const same = shapes.flatMap((shape) => {
      const parts = shape.pattern.exec(statement)?.slice(1);
      if (!parts) return [];
      const sql = (database: string) => shape.make(pg.escapeIdentifier(database), parts);
      return [{ ownership: shape.ownership, sql }];
    });
    statements.push(...same);
    if (made) options.push(...optionsOf(made[1] ?? ''));
    else if (same.length === 0 && !/^(SET|RESET|SELECT) /.test(statement))
      unknown.push(/^[A-Z ]*/.exec(statement)?.[0].trim() ?? '');
  }
  return { options, statements, unknown };
}

const optionsOf = (text: string): string[] =>
  [...text.matchAll(new RegExp(`${option} = ${optionValue}`, 'g'))]
    .filter(([, key]) => key !== 'TEMPLATE')
    .map(([, key = '', is = '']) => `${key.toLowerCase()} = ${value(is).trim()}`);
