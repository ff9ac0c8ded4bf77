import { execFileSync } from 'node:child_process';
import { existsSync, chmodSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parseDatabaseSql } from '../../actions/pgdump.restore/database-sql.ts';
import { description } from '../../actions/pgdump.restore/describe.ts';
import { run } from '../../actions/pgdump.restore/run.ts';
import { databaseBeside } from '../../actions/postgres/marked-database.ts';
import { contextOf, temporaryDirectory } from './action-context.ts';
import { ask, binaries, type Cluster, createCluster } from './postgres-cluster.ts';

const withPostgres = binaries ? describe : describe.skip;

describe('the statements of a dump about its database', () => {
  const written = (text: string) => parseDatabaseSql(text).statements.map(({ sql }) => sql('new "one"'));

  it('are written anew from their parts', () => {
    const { options, unknown } = parseDatabaseSql(
      `\\restrict abc
SET row_security = off;
-- Name: it's; Type: DATABASE; Schema: -; Owner: "me
CREATE DATABASE "it's; ""x""" WITH TEMPLATE = template1 ENCODING = 'UTF8' LOCALE_PROVIDER = icu LC_COLLATE = 'C' TABLESPACE = "fast; ssd";
`,
    );
    expect(options).toEqual([`encoding = 'UTF8'`, `locale_provider = 'icu'`, `lc_collate = 'C'`, `tablespace = 'fast; ssd'`]);
    expect(unknown).toEqual([]);
    expect(
      written(`ALTER DATABASE "it's; ""x""" OWNER TO "o'dd ""role";
ALTER DATABASE x CONNECTION LIMIT = -1;
ALTER DATABASE x SET search_path TO 'x y', 'it''s';
ALTER DATABASE x SET "foo.bar" TO E'a''; DROP DATABASE live; --\\\\
next line';
ALTER ROLE mallory IN DATABASE x SET work_mem TO '5MB';
GRANT CREATE,CONNECT ON DATABASE x TO "PUBLIC" WITH GRANT OPTION;
REVOKE ALL ON DATABASE x FROM PUBLIC;`),
    ).toEqual([
      `alter database "new ""one""" owner to "o'dd ""role"`,
      `alter database "new ""one""" connection limit = -1`,
      `alter database "new ""one""" set "search_path" to 'x y', 'it''s'`,
      `alter database "new ""one""" set "foo.bar" to E'a''; DROP DATABASE live; --\\\\\nnext line'`,
      `alter role "mallory" in database "new ""one""" set "work_mem" to '5MB'`,
      `grant CREATE,CONNECT on database "new ""one""" to "PUBLIC" WITH GRANT OPTION`,
      `revoke ALL on database "new ""one""" from PUBLIC`,
    ]);
  }); // prettier-ignore

  it.each([
    'ALTER ROLE mallory SUPERUSER;',
    'ALTER ROLE mallory CREATEDB; COPY (select 1) TO PROGRAM $$id$$;',
    'GRANT pg_execute_server_program TO mallory;',
    'ALTER DATABASE x SET work_mem TO 1;',
    'ALTER DATABASE x OWNER TO a, b;',
    `ALTER DATABASE x SET a TO E'\\'; DROP DATABASE live; --';`,
    'CREATE DATABASE x WITH TEMPLATE = template0 OID = 5;',
    `CREATE DATABASE x WITH ENCODING = 'UTF8' IS_TEMPLATE = true;`,
    'DROP DATABASE live;',
  ])('are left out where they are none of those that pg_dump writes: %s', (text) => {
    const { options, statements, unknown } = parseDatabaseSql(text);
    expect([options, statements]).toEqual([[], []]);
    expect(unknown.length).toBeGreaterThan(0);
  });
});

withPostgres('pgdump.restore of a dump in which users have forged entries', () => {
  const home = temporaryDirectory();
  let cluster: Cluster;
  const url = (database: string, user = 'shop') =>
    cluster.connection.replace('/postgres', `/${encodeURI(database)}`).replace('shop@', `${user}@`);
  const pwned = join(home, 'pwned');

  /** As pg_dump's own header, with words that would be run. */
  const forged = (id: number, type: string) => `
-- TOC entry ${id} (class 1262 OID 1)
-- Dependencies: 1 2 3
-- Name: x; Type: ${type}; Schema: -; Owner: nobody at all; Tablespace: nowhere
--
CREATE DATABASE x WITH TEMPLATE = live;
ALTER ROLE mallory SUPERUSER;
GRANT ALL ON DATABASE x TO nobody_either;
ALTER ROLE mallory CREATEDB; COPY (select 'pwned') TO PROGRAM 'cat > ${pwned}';
--
`;
  const all = [9999, 1, 3350].flatMap((id) => ['DATABASE PROPERTIES', 'DATABASE', 'ACL'].map((type) => forged(id, type))).join(''); // prettier-ignore
  const literal = `'${all.replaceAll("'", "''")}'`;
  const identifier = (text: string) => `"${text.replaceAll('"', '""')}"`;

  const dumpOf = (database: string, name: string) => {
    const file = join(home, name);
    execFileSync(`${binaries}/pg_dump`, ['-Fc', '--file', file], {
      env: { ...process.env, PGHOST: '127.0.0.1', PGPORT: String(cluster.port), PGUSER: 'shop', PGDATABASE: database }, // prettier-ignore
    });
    return file;
  };
  const restore = (backup: string, name: string, more: object = {}) => {
    const context = contextOf(temporaryDirectory(), { name });
    const input = { backup, connection: cluster.connection, database: 'app', zone: 'UTC', ...more };
    return { context, done: run(description.input.parse(input), context), ...databaseBeside('app', context) };
  };
  const expectNoHarm = async () => {
    const [role] = await cluster.query(
      `select rolsuper, rolcreatedb from pg_roles where rolname = 'mallory'`,
    );
    expect(role).toEqual({ rolsuper: false, rolcreatedb: false });
    expect(existsSync(pwned)).toBe(false);
  };

  beforeAll(async () => {
    cluster = await createCluster(home);
    chmodSync(home, 0o777);
    for (const text of [
      'create role mallory login',
      'create role other',
      'create database app owner mallory',
    ])
      await cluster.query(text);
    await ask(
      url('app', 'mallory'),
      `create schema m;
      create table m.orders (id int default length(${literal}));
      create table m.${identifier('two\nlines; Type: "x"')} (id serial primary key);
      create table m.${identifier(`a\n-- TOC entry 9999 (x)\n-- Name: x; Type: DATABASE; `)} (id int);
      create function m.f() returns text language sql as $body$ ${`select ${literal}`} $body$;
      create view m.seen as select ${literal}::text as text, id from m.orders;
      comment on table m.orders is ${literal};
      comment on schema m is E'\\\\${all.replaceAll("'", "''")}';
      insert into m.orders values (7);
      revoke connect on database app from public; grant connect on database app to other;
      alter database app set work_mem = '5MB'`,
    );
    await cluster.query(`alter database app set foo.bar = ${literal}`);
  }, 60_000);

  afterAll(() => cluster?.stop());

  it('runs none of it, and restores the database with what is its own', async () => {
    const file = dumpOf('app', 'app.dump');
    for (const [at, more] of [{}, { ownership: false }].entries()) {
      const { done, build, context } = restore(file, `system/1/recover/whole${at}#1`, more);
      expect((await done).outputs).toMatchObject({ tables: 3, rows: 1 });
      await expectNoHarm();
      const [facts] = await cluster.query(
        `select pg_get_userbyid(datdba) as owner, datacl::text as acl, setconfig as settings from pg_database d join pg_db_role_setting on setdatabase = d.oid where datname = '${build}'`,
      );
      expect(facts).toMatchObject({ settings: ['work_mem=5MB', `foo.bar=${all}`] });
      expect(facts!['owner']).toBe(at === 0 ? 'mallory' : 'shop');
      expect(String(facts!['acl']).includes('other=c/mallory')).toBe(at === 0);
      expect(await ask(url(build), 'select text from m.seen')).toEqual([{ text: all }]);
      expect(context.lines.join()).not.toContain('left out');
    }
  });

  it('chooses parts by the list alone', async () => {
    const file = dumpOf('app', 'app.dump');
    const { done, build } = restore(file, 'system/1/recover/part#1', { tables: ['m.orders'] });
    expect((await done).outputs).toMatchObject({ tables: 1, rows: 1, leftOut: '' });
    expect(await ask(url(build), 'select id from m.orders')).toEqual([{ id: 7 }]);
    await expectNoHarm();
  });

  it('takes a database whose name is full of quotes, and refuses one with a line break', async () => {
    const odd = `a'; "b" \\ -- x; ALTER ROLE mallory SUPERUSER;`;
    await cluster.query(`create database ${identifier(odd)}`);
    await cluster.query(`alter database ${identifier(odd)} connection limit 7`);
    await ask(url(odd), 'create table t as select 1 as n');
    const { done, build } = restore(dumpOf(odd, 'odd.dump'), 'system/1/recover/odd#1');
    expect((await done).outputs).toMatchObject({ tables: 1, rows: 1 });
    const limit = `select datconnlimit as n from pg_database where datname = '${build}'`;
    expect(await cluster.query(limit)).toEqual([{ n: 7 }]);
    const broken = `x\nALTER ROLE mallory SUPERUSER;\n`;
    await cluster.query(`create database ${identifier(broken)}`);
    const refused = restore(dumpOf(broken, 'broken.dump'), 'system/1/recover/broken#1').done;
    await expect(refused).rejects.toThrow(/newline/);
    await expectNoHarm();
  });
});
