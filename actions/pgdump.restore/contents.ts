import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ActionContext } from '../action.ts';
import type { Program } from '../postgres/binaries.ts';
import type { Dump } from './archive.ts';
import { pgRestore } from './tool.ts';

/** One entry of a dump's table of contents: an object, its SQL, and the entries that it stands on. */
export interface Entry {
  readonly id: string;
  readonly type: string;
  /** `-`: in none. */
  readonly schema: string;
  readonly name: string;
  /** Empty or `-`: nobody's. */
  readonly owner: string;
  readonly tablespace: string | undefined;
  readonly needs: readonly string[];
  readonly sql: string;
}

export interface Contents {
  /** All but the data, in the order in which they are made. */
  readonly entries: readonly Entry[];
  /** The lines of `pg_restore --list`, which `--use-list` takes. */
  readonly lines: readonly string[];
}

const header =
  /^-- TOC entry (\d+) \(.*\n(?:-- Dependencies: (.*)\n)?-- (?:Data for )?Name: (.*); Type: (.*); Schema: (.*); Owner: ?(.*?)(?:; Tablespace: (.*))?$/gm;

/** Reads what is in a dump, without its data. pg_restore says it as a list and, with what depends on what, as SQL. */
export async function readContents(dump: Dump, program: Program, context: ActionContext): Promise<Contents> {
  const quiet = { ...context, log: () => undefined };
  const [listFile, sqlFile] = ['contents.list', 'contents.sql'].map((name) =>
    join(context.workDirectory, name),
  ) as [string, string];
  const doing = `Reading the contents of ${dump.path}`;
  const sections = ['--section=pre-data', '--section=post-data'];
  await pgRestore([program.path, '--list', '--file', listFile, dump.path], quiet, { doing });
  const structure = ['--verbose', '--create', ...sections, '--file', sqlFile, dump.path];
  await pgRestore([program.path, ...structure], quiet, { doing });
  const lines = (await readFile(listFile, 'utf8')).split('\n').filter((line) => /^\d+;/.test(line));
  return { entries: parseEntries(await readFile(sqlFile, 'utf8')), lines };
}

export function parseEntries(sql: string): Entry[] {
  const found = [...sql.matchAll(header)];
  return found.map((match, index) => {
    const [head, id = '', needs = '', name = '', type = '', schema = '', owner = '', tablespace] = match;
    return {
      ...{ id, type, schema, name, owner },
      tablespace: tablespace || undefined,
      needs: needs.split(' ').filter(Boolean),
      sql: sql.slice(match.index + head.length, found[index + 1]?.index),
    };
  });
}
