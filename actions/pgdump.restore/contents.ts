import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ActionContext } from '../action.ts';
import type { Program } from '../postgres/binaries.ts';
import type { Dump } from './archive.ts';
import { type DatabaseSql, parseDatabaseSql } from './database-sql.ts';
import { pgRestore } from './tool.ts';

/** One entry of a dump's table of contents: an object, its SQL, and the entries that it stands on. */
export interface Entry {
  readonly id: string;
  readonly type: string;
  /** `-`: in none. */
  readonly schema: string;
  /** With spaces for its line breaks. */
  readonly name: string;
  /** Empty or `-`: nobody's. */
  readonly owner: string;
  readonly tablespace: string | undefined;
  readonly needs: readonly string[];
  /** Without what is quoted over several lines; to look at, never to run. */
  readonly sql: string;
}

export interface Contents {
  /** All but the data, in the order in which they are made. */
  readonly entries: readonly Entry[];
  /** The lines of `pg_restore --list`, which `--use-list` takes. */
  readonly lines: readonly string[];
  readonly database: DatabaseSql;
}

/**
 * Reads what is in a dump, without its data. What there is and what depends on what, pg_restore's list says, a line each; only where
 * a name begins and ends stands in the SQL, where whoever could write a function or a comment has his words, too.
 */
export async function readContents(dump: Dump, program: Program, context: ActionContext): Promise<Contents> {
  const ask = async (name: string, ...options: string[]): Promise<string> => {
    const file = join(context.workDirectory, name);
    const argv = [program.path, '--verbose', ...options, '--file', file, dump.path];
    const doing = `Reading the contents of ${dump.path}`;
    await pgRestore(argv, { ...context, log: () => undefined }, { doing });
    return readFile(file, 'utf8');
  };
  const list = await ask('contents.list', '--list');
  const sql = await ask('contents.sql', '--create', '--section=pre-data', '--section=post-data');
  const entries = parseEntries(list, sql);
  const own = entries.filter(isOfDatabase).map(({ id }) => `${id};\n`);
  const chosen = join(context.workDirectory, 'database.list');
  await writeFile(chosen, own.join(''));
  const database = own.length > 0 ? await ask('database.sql', '--create', '--use-list', chosen) : '';
  const lines = list.split('\n').filter((line) => /^\d+;/.test(line));
  return { entries, lines, database: parseDatabaseSql(database) };
}

const isOfDatabase = ({ type, name }: Entry): boolean =>
  ['DATABASE', 'DATABASE PROPERTIES'].includes(type) || (type === 'ACL' && name.startsWith('DATABASE '));

/** @param list of `pg_restore --list --verbose`. @param sql of the same dump, which adds to the listed entries and makes none. */
export function parseEntries(list: string, sql: string): Entry[] {
  const headers = headersIn(sql);
  const lines = list.split('\n');
  return lines.flatMap((line, at) => {
    const [, id = '', what = ''] = /^(\d+); \d+ \d+ ([^]*)$/.exec(line) ?? [];
    const header = headers.get(`${id} ${what}`);
    const [, needs = ''] = /^;\tdepends on: ([\d ]+)$/.exec(lines[at + 1] ?? '') ?? [];
    return header ? [{ id, ...header, needs: needs.split(' ').filter(Boolean) }] : [];
  });
}

type Header = Omit<Entry, 'id' | 'needs'>;

const quoted =
  /--[^\n]*|(?<![\w$])e'(?:[^'\\]|\\[^]|'')*'|'[^']*'|"[^"]*"|(?<![\w$])\$([a-z_]\w*)?\$[^]*?\$\1\$/gi;
const named = /^-- Name: ([^]*); Type: ([^]*); Schema: ([^]*); Owner: ?([^]*?)(?:; Tablespace: ([^]*))?$/;

/** By id and the words of the list. What is quoted over several lines (functions, comments) is out before lines are looked at. */
function headersIn(sql: string): ReadonlyMap<string, Header> {
  const flat = sql.replace(quoted, (text) => (text.includes('\n') ? '' : text));
  const found = new Map<string, Header>();
  for (const part of flat.split('\n-- TOC entry ').slice(1)) {
    const [id = ''] = /^\d+(?= )/.exec(part) ?? [];
    const lines = part.split('\n', 3);
    const head = lines.map((line) => named.exec(line)).find((match) => match !== null);
    if (!head) continue;
    const [, name = '', type = '', schema = '', owner = '', tablespace] = head;
    const header = { name, type, schema, owner, tablespace: tablespace || undefined, sql: part };
    // Where the SQL says `-` for nobody, the list says nothing.
    for (const of of owner === '-' ? ['', owner] : [owner])
      found.set(`${id} ${type} ${schema} ${name} ${of}`, header);
  }
  return found;
}
