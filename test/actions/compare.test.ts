import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Action } from '../../actions/action.ts';
import { carryOut } from '../../actions/carry-out.ts';
import { description } from '../../actions/compare/describe.ts';
import { run } from '../../actions/compare/run.ts';
import { description as stopping } from '../../actions/postgres.stop/describe.ts';
import { run as runStop } from '../../actions/postgres.stop/run.ts';
import type { Json } from '../../core/value.ts';
import { contextOf, temporaryDirectory, type TestContext } from './action-context.ts';
import { binaries, type Cluster, createCluster } from './postgres-cluster.ts';

let directory: string;
let context: TestContext;

beforeEach(() => {
  directory = temporaryDirectory();
  context = contextOf(directory);
});

const compare = (given: object, within = context) => run(description.input.parse(given), within);
const printing = (...lines: string[]) => ({ argv: ['printf', '%s\\n', ...lines] });
const found = async (given: object) => (await compare(given)).findings;

function tree(name: string, files: Record<string, string>): string {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(directory, name, path, '..'), { recursive: true });
    writeFileSync(join(directory, name, path), text);
  }
  return join(directory, name);
}

/** What a step with this `expect` would have in its record. */
const carried = (given: Json, expected: Record<string, Json>) =>
  carryOut({
    action: { description, run } as unknown as Action,
    errand: { action: 'compare', as: 'do', with: given, expect: expected },
    signal: new AbortController().signal,
    context: () => context,
  });

describe('compare', () => {
  it('tells what is missing, what is extra and what is the same, in any order', async () => {
    expect(await found({ left: printing('c', 'a', 'b'), right: printing('d', 'b', 'a') })).toEqual({
      value: 2,
      left: 3,
      right: 3,
      matched: 2,
      missing: 1,
      extra: 1,
      different: 0,
      doubled: 0,
      leftOut: 0,
    });
  });

  it('walks both sides in one order, whatever the keys are made of', async () => {
    const odd = [
      'a',
      'a b',
      'a\u0001',
      'a"',
      'ä',
      '\u{1f600}',
      '\uffee',
      'Z',
      '-1',
      '10',
      '9',
      'a\tb',
      'a\\',
    ];
    const left = tree('odd', Object.fromEntries(odd.map((name) => [name, name])));
    const right = {
      argv: [
        'node',
        '-e',
        'for (const k of JSON.parse(process.argv[1])) console.log(k)',
        JSON.stringify(odd.toReversed()),
      ],
    };
    expect(await found({ left: { directory: left }, right })).toMatchObject({
      matched: odd.length,
      value: 0,
    });
  });

  it('compares files with a list by the key in their names, and by checksum', async () => {
    const files = tree('uploads', {
      'aa/1.jpg': 'one',
      'bb/2.jpg': 'two',
      'bb/3.jpg': 'three',
      'read.me': '',
    });
    symlinkSync('bb/2.jpg', join(files, '9.jpg'));
    const sums = execFileSync('sha256sum', ['aa/1.jpg', 'bb/2.jpg'], { cwd: files, encoding: 'utf8' });
    const left = {
      ...printing(...sums.replace('aa/', '').replace('bb/', '').trim().split('\n')),
      pattern: '^(?<value>[0-9a-f]{64}) [ *](?<key>\\d+)\\.jpg$',
    };
    const right = { directory: files, pattern: '(?<key>\\d+)\\.jpg$' };
    expect(await found({ left, right, by: 'values' })).toMatchObject({ matched: 2, extra: 1, leftOut: 1 });
    writeFileSync(join(files, 'bb/2.jpg'), 'tWo');
    expect(await found({ left, right, by: 'values' })).toMatchObject({ matched: 1, different: 1 });
    expect(await found({ left, right })).toMatchObject({ matched: 2, different: 0 });
  });

  it('compares sizes, and a copy with its original', async () => {
    const one = { directory: tree('one', { a: '1', b: '22' }), value: 'size' };
    const other = { directory: tree('other', { a: '2', b: '2' }), value: 'size' };
    expect(await found({ left: one, right: other, by: 'values' })).toMatchObject({
      matched: 1,
      different: 1,
    });
  });

  it('compares counts', async () => {
    const files = { directory: tree('files', { a: '', b: '', 'c.tmp': '' }), pattern: '^(?<key>[^.]+)$' };
    expect(await found({ left: printing('3'), right: files, by: 'counts' })).toMatchObject({
      left: 3,
      right: 2,
      missing: 1,
      extra: 0,
    });
    await expect(compare({ left: printing('3', '4'), right: files, by: 'counts' })).rejects.toThrow(
      'must say one whole number, such as select count(*); it says more',
    );
  });

  it('counts what comes twice, once', async () => {
    const left = printing('a', 'b', 'a', 'a');
    expect(await found({ left, right: printing('a', 'b') })).toMatchObject({
      left: 2,
      matched: 2,
      doubled: 1,
    });
  });

  it('keeps expected, found and verdict, and names the first five of each kind', async () => {
    const left = printing(...Array.from({ length: 9 }, (_, index) => `order-${index}`));
    const report = await carried({ left, right: printing('order-3', 'x') }, { missing: '0', extra: '1' });
    expect(report).toMatchObject({
      outcome: 'failed',
      found: {
        checks: [
          { name: 'missing', expected: '0', found: '8', passed: false },
          { name: 'extra', expected: '1', found: '1', passed: true },
        ],
        message:
          'missing: expected 0, found 8. 8 missing ("order-0", "order-1", "order-2", "order-4", "order-5", …); 1 extra ("x")',
      },
    });
  });

  it('compares 200,000 keys with as many, and leaves nothing behind', async () => {
    const all = { argv: ['seq', '200000'] };
    expect(await found({ left: all, right: { argv: ['seq', '200000', '-1', '2'] } })).toMatchObject({
      left: 200_000,
      matched: 199_999,
      missing: 1,
    });
    expect(readdirSync(context.workDirectory)).toEqual([]);
    expect(context.reports.at(-1)).toEqual({ done: 199_999, unit: 'rows', doing: 'reading the right side' });
  });

  it.each([
    ['an empty left side', { left: { argv: ['true'] }, right: printing('a') }, 'so nothing was compared'],
    [
      'a pattern that matches nothing',
      { left: { ...printing('a'), pattern: '(?<key>\\d)' }, right: printing('a') },
      '1 did not match its pattern',
    ],
    [
      'a program that fails',
      { left: { argv: ['false'] }, right: printing('a') },
      'false for its list failed',
    ],
    [
      'a line without an end',
      { left: { argv: ['head', '-c', '1000000', '/dev/zero'] }, right: printing('a') },
      'more than 64 KB is no key',
    ],
    [
      'no directory',
      { left: { directory: '/nowhere' }, right: printing('a') },
      '/nowhere cannot be read (ENOENT)',
    ],
    [
      'values that are not there',
      { left: printing('a'), right: printing('a'), by: 'values' },
      '"a" has no value',
    ],
  ])('fails with %s', async (_, given, message) => {
    await expect(compare(given)).rejects.toThrow(message);
    expect(readdirSync(context.workDirectory)).toEqual([]);
  });

  it.each([
    [{}, 'one of query, directory and argv'],
    [{ directory: '/srv', argv: ['ls'] }, 'one of query, directory and argv'],
    [{ query: 'select 1' }, 'connection where it has query'],
    [{ argv: ['ls'], value: 'size' }, 'value only where it has directory'],
    [{ argv: ['ls'], pattern: '.*' }, 'what the key is'],
    [{ argv: ['ls'], pattern: '(' }, 'must be a regular expression'],
  ])('refuses the side %j', (left, message) => {
    const { error } = description.input.safeParse({ left, right: printing('a') });
    expect(error?.issues.map((issue) => issue.message).join()).toContain(message);
  });

  it('shows no secret of a program', async () => {
    process.env['MUSTER_TEST_LIST'] = 'hidden-token';
    const left = { argv: ['printenv', 'TOKEN'], env: { TOKEN: 'env:MUSTER_TEST_LIST' } };
    const { details } = await compare({ left, right: printing('a') });
    expect(details).toBe('1 missing ("[secret]"); 1 extra ("a")');
  });

  it('ends when the step is stopped', async () => {
    const stop = new AbortController();
    const comparing = compare(
      { left: { argv: ['sleep', '60'] }, right: printing('a') },
      contextOf(directory, { signal: stop.signal }),
    );
    stop.abort(new Error('stopped'));
    await expect(comparing).rejects.toThrow('stopped');
  });
});

(binaries ? describe : describe.skip)('compare with a database', () => {
  let cluster: Cluster;
  const home = temporaryDirectory();
  const sql = (query: string) => ({ connection: cluster.connection, query });

  beforeAll(async () => {
    cluster = await createCluster(home);
    await cluster.query('create table pictures (name text, sum text)');
    await cluster.query(
      `insert into pictures select n || '.jpg', encode(sha256(convert_to('of ' || n, 'UTF8')), 'hex') from generate_series(1, 12000) n`,
    );
  }, 60_000);

  afterAll(async () => {
    await runStop(stopping.input.parse({ dataDirectory: cluster.dataDirectory }), contextOf(home));
  });

  it('reads more rows than come at once, and compares them with files', async () => {
    const names = Array.from({ length: 30 }, (_, index) => index + 1);
    const files = tree('pictures', Object.fromEntries(names.map((n) => [`${n}.jpg`, `of ${n}`])));
    const left = sql('select name, sum from pictures');
    expect(await found({ left, right: { directory: files }, by: 'values' })).toMatchObject({
      left: 12_000,
      right: 30,
      matched: 30,
      missing: 11_970,
    });
    rmSync(join(files, '7.jpg'));
    const some = sql(`select name, sum from pictures where length(name) < 7 order by name limit 3`);
    expect(await found({ left: some, right: { directory: files }, by: 'values' })).toMatchObject({
      matched: 3,
    });
    const count = sql('select 29');
    expect(await found({ left: count, right: { directory: files }, by: 'counts' })).toMatchObject({
      value: 0,
    });
  });

  it('changes nothing, and says what the database says', async () => {
    const right = printing('a');
    for (const [query, message] of [
      ['delete from pictures returning name', 'syntax error'],
      ['select 1; delete from pictures', 'cannot insert multiple commands'],
      ['select nothing_of_this', 'column "nothing_of_this" does not exist'],
      ['select null', 'has no key'],
    ] as const)
      await expect(compare({ left: sql(query), right })).rejects.toThrow(message);
    expect(await cluster.query('select count(*)::int as n from pictures')).toBeDefined();
    expect(
      await found({ left: sql('select count(*) from pictures'), right: printing('12000') }),
    ).toMatchObject({ matched: 1 });
  });
});
