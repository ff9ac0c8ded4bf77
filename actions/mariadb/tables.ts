import type { Instant } from '../../core/units.ts';
import { type ActionContext, ActionFailure } from '../action.ts';
import { runOrFail } from '../child-process.ts';
import { query, quotedName } from './client.ts';
import { mariadbExits } from './exits.ts';

const system = ['information_schema', 'mysql', 'performance_schema', 'sys'];

/** Drops what is not wanted. @param only `database` or `database.table` each. @throws ActionFailure where one is not there. */
export async function keepOnly(
  socket: string,
  only: readonly string[],
  context: ActionContext,
): Promise<void> {
  const doing = 'Dropping what is not wanted';
  const list = `select table_schema, table_name, table_type from information_schema.tables where table_schema not in (${system.map((name) => `'${name}'`).join()})`;
  const tables = await query(socket, { doing, stdin: list }, context);
  const databases = (await query(socket, { doing, stdin: 'show databases' }, context)).flat();
  const there = new Set([...databases, ...tables.map(([database, table]) => `${database}.${table}`)]);
  const missing = only.find((name) => !there.has(name) || system.includes(name));
  if (missing !== undefined)
    throw new ActionFailure(
      `The backup has no ${missing}. There is: ${databases.filter((name) => !system.includes(name)).join(', ')}. Nothing was replaced.`,
      { kind: 'terminal' },
    );
  const partly = new Set(only.map((name) => name.split('.', 1)[0]));
  const drops = [
    ...databases
      .filter((name) => !system.includes(name) && !partly.has(name))
      .map((name) => `drop database ${quotedName(name)};`),
    ...tables
      .filter(([database = '', table]) => partly.has(database) && !only.includes(database) && !only.includes(`${database}.${table}`))
      .map(([database = '', table = '', type]) => `drop ${type === 'VIEW' ? 'view' : 'table'} ${quotedName(database)}.${quotedName(table)};`),
  ]; // prettier-ignore
  const stdin = `set foreign_key_checks = 0;\n${drops.join('\n')}\n`;
  await query(socket, { doing, stdin }, context);
}

/** CHECK TABLE of every table. @returns how many there are. @throws ActionFailure with what is wrong. */
export async function checkTables(socket: string, context: ActionContext): Promise<number> {
  context.progress({ doing: 'checking tables' });
  const argv = [
    'mariadb-check',
    '--no-defaults',
    `--socket=${socket}`,
    '--all-databases',
    '--check',
    '--silent',
  ];
  const doing = 'Checking the tables (nothing was replaced)';
  const { stdout } = await runOrFail(argv, context, { doing, codes: mariadbExits });
  const said = stdout.text(1_000).trim();
  if (said !== '')
    throw new ActionFailure(
      `The restored tables are damaged: ${said.replaceAll('\n', ' ')}. Nothing was replaced. Restore another backup.`,
      { kind: 'terminal' },
    );
  const count = `select count(*) from information_schema.tables where table_type = 'BASE TABLE'`;
  const [[tables] = []] = await query(socket, { doing, stdin: count }, context);
  return Number(tables);
}

/** Asks for the time of the newest record; a DATETIME is read as UTC. */
export async function newestRecord(
  socket: string,
  ask: string,
  context: ActionContext,
): Promise<Instant | undefined> {
  const doing = `Asking for the newest record by ${JSON.stringify(ask)}`;
  const [[value] = []] = await query(socket, { doing, stdin: ask }, context);
  if (value === undefined || value === '' || value === 'NULL') return undefined;
  const time = Date.parse(`${value.replace(' ', 'T')}Z`);
  if (!Number.isNaN(time)) return Math.floor(time);
  throw new ActionFailure(`${JSON.stringify(ask)} gives ${value}, which is no time. Nothing was replaced.`, {
    kind: 'terminal',
  });
}
