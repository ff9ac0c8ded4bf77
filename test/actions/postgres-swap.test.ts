import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { commentOn, databaseBeside, databasesOf } from '../../actions/postgres/marked-database.ts';
import { withSession } from '../../actions/postgres/session.ts';
import { description as cleaningUp } from '../../actions/cleanup.remove/describe.ts';
import { run as cleanUp } from '../../actions/cleanup.remove/run.ts';
import { description as swapping } from '../../actions/postgres.swap/describe.ts';
import { run as swap, settle as settleSwap } from '../../actions/postgres.swap/run.ts';
import { description as undoing } from '../../actions/postgres.unswap/describe.ts';
import { run as undo, settle as settleUndo } from '../../actions/postgres.unswap/run.ts';
import { livingOf } from '../../host/living.ts';
import { readStarted } from '../../host/observe.ts';
import { stepDirectory } from '../../host/step-directory.ts';
import { observer, step, testHome } from '../host/harness.ts';
import { contextOf, temporaryDirectory, type TestContext } from './action-context.ts';
import { ask, binaries, type Cluster, createCluster } from './postgres-cluster.ts';

const home = await testHome();
const withPostgres = binaries ? describe : describe.skip;

withPostgres('postgres.swap and its way back', () => {
  let cluster: Cluster;
  let directory: string;
  let restoring: TestContext;
  let context: TestContext;
  let undoingContext: TestContext;
  let restored: string;
  let made = 0;
  let name: string;

  const url = (database: string) => cluster.connection.replace(/postgres$/, database);
  const saysOf = async (database: string) => (await ask(url(database), 'select text from says'))[0]?.['text'];
  const names = async () =>
    [...(await withSession({ connection: cluster.connection }, contextOf(directory), databasesOf)).keys()]
      .filter((one) => one.startsWith(name))
      .sort();
  const create = async (database: string, text: string) => {
    await cluster.query(`create database ${database}`);
    await ask(url(database), `create table says as select '${text}' as text`);
  };
  const inputOf = (more: object = {}) =>
    swapping.input.parse({ connection: cluster.connection, database: name, restored, ...more });
  const undoInput = () => undoing.input.parse({ connection: cluster.connection, database: name });
  const mark = (complete: boolean, run = restoring.run) =>
    cluster.query(commentOn(restored, { run, token: restoring.token, try: restoring.try, complete }));

  beforeAll(async () => {
    cluster = await createCluster(temporaryDirectory());
    await cluster.query('create role customer login');
    await create('payroll', 'salaries');
  }, 60_000);

  afterAll(() => cluster?.stop());

  beforeEach(async () => {
    directory = temporaryDirectory();
    name = `shop${(made += 1)}`;
    restoring = contextOf(directory, { name: 'db/1/recover/restore#1' });
    context = contextOf(directory, { name: 'db/1/recover/swap#1' });
    undoingContext = contextOf(directory, { name: 'db/1/rollback/undo#1' });
    restored = databaseBeside(name, restoring).build;
    await create(name, 'old');
    await create(restored, 'restored');
    await mark(true);
  });

  it('puts the restored one in its place and the old one aside, and back', async () => {
    const { aside } = databaseBeside(name, context);
    expect(await settleSwap(inputOf(), context)).toBe('not-done');
    const { outputs, found } = await swap(inputOf(), context);
    expect(outputs).toEqual({ database: name, aside, ended: expect.any(Number) });
    expect(found?.made).toEqual([name, aside].map((one) => `database ${one} at 127.0.0.1:${cluster.port}`));
    expect([await saysOf(name), await saysOf(aside)]).toEqual(['restored', 'old']);
    expect(await settleSwap(inputOf(), context)).toMatchObject({ outputs: { database: name, aside } });
    expect(await settleUndo(undoInput(), undoingContext)).toBe('not-done');

    const back = await undo(undoInput(), undoingContext);
    const undone = databaseBeside(name, undoingContext).undone;
    expect(back.outputs).toEqual({ database: name, undone, putBack: true });
    expect([await saysOf(name), await saysOf(undone)]).toEqual(['old', 'restored']);
    expect(await settleUndo(undoInput(), undoingContext)).toBe('done');
    expect((await undo(undoInput(), undoingContext)).outputs).toMatchObject({ undone: null, putBack: true });
    expect(await names()).toEqual([name, undone].sort());
    expect(await settleSwap(inputOf(), context)).toBe('partial');
  });

  it('has the old one dropped by a clean-up when nobody is in it, and by none of another run', async () => {
    await swap(inputOf(), context);
    const { aside } = databaseBeside(name, context);
    const place = `database ${aside} at 127.0.0.1:${cluster.port}`;
    const cleaning = contextOf(directory, { run: 'cleanup-1', name: 'set-aside/1/recover/delete#1' });
    // Step directories lie below their run's, and those below one that all runs share.
    const below = { ...cleaning, runDirectory: join(directory, 'tries') };
    const remove = (of = context.run, databases = [place]) =>
      cleanUp(cleaningUp.input.parse({ run: of, databases }), below);
    await expect(remove('another-run')).rejects.toThrow('nothing says that another-run has set it aside');
    await expect(remove(context.run, [place.replace(aside, name)])).rejects.toThrow('nothing says that');
    const client = new pg.Client(url(aside));
    await client.connect();
    await expect(remove()).rejects.toThrow(/_aside_\w+ at \S+: \d connections are open to it/);
    await client.end();
    const others = `select 1 from pg_stat_activity where datname = '${aside}' and backend_type = 'client backend'`;
    while ((await ask(cluster.connection, others)).length > 0) await sleep(50);
    expect((await remove()).findings).toEqual({ value: 1, removed: 1, left: 0 });
    expect(await names()).toEqual([name]);
    expect(await saysOf(name)).toBe('restored');
    expect((await remove()).outputs).toEqual({ removed: 1 });
  });

  it('needs no old one, and takes the restored one away again', async () => {
    await cluster.query(`drop database ${name}`);
    expect((await swap(inputOf(), context)).outputs['aside']).toBeNull();
    expect(await saysOf(name)).toBe('restored');
    expect((await undo(undoInput(), undoingContext)).outputs['putBack']).toBe(false);
    expect(await names()).toEqual([databaseBeside(name, undoingContext).undone]);
  });

  it('ends the connections of customers who come back at once, and they find the restored one', async () => {
    const stop = new AbortController();
    const answers: unknown[] = [];
    const customers = Array.from({ length: 5 }, async () => {
      while (!stop.signal.aborted) {
        const client = new pg.Client({ connectionString: url(name) });
        client.on('error', () => undefined);
        try {
          await client.connect();
          for (;;)
            answers.push(
              (await client.query<{ text: string }>(`select text, pg_sleep(0.01) from says`)).rows[0]!.text,
            );
        } catch {
          await sleep(1); // It was ended.
        } finally {
          await client.end().catch(() => undefined);
        }
      }
    });
    while (answers.length < 20) await sleep(10);
    const { outputs } = await swap(inputOf(), context);
    expect(outputs['ended']).toBeGreaterThanOrEqual(5);
    while (answers.at(-1) !== 'restored') await sleep(10);
    stop.abort();
    await cluster.query(`select pg_terminate_backend(pid) from pg_stat_activity where datname = '${name}'`);
    await Promise.all(customers);
    const [old, fresh] = [answers.lastIndexOf('old'), answers.indexOf('restored')];
    expect(old).toBeLessThan(fresh);
  });

  it.each([
    ['was not made by this run', () => mark(true, 'another-run')],
    ['was not restored to its end', () => mark(false)],
    ['was not made by this run', () => cluster.query(`comment on database ${restored} is 'mine'`)],
    ['is not there', () => cluster.query(`drop database ${restored}`)],
  ])('refuses a restored one that %s, and renames nothing', async (words, make) => {
    await make();
    await expect(swap(inputOf(), context)).rejects.toThrow(words);
    expect(await saysOf(name)).toBe('old');
  });

  it('refuses a connection to the one that it renames', async () => {
    const input = inputOf({ connection: url(name) });
    await expect(swap(input, context)).rejects.toThrow('Let it name another one, such as postgres');
  });

  it.each(['payroll', null])(
    'refuses to undo where the owner has it that %p was set aside',
    async (aside) => {
      await cluster.query(`alter database ${restored} owner to customer`);
      await swap(inputOf(), context);
      const all = await withSession({ connection: cluster.connection }, contextOf(directory), databasesOf);
      const forged = { ...all.get(name)!, swap: { try: context.try, aside } };
      await ask(url(name).replace('shop@', 'customer@'), commentOn(name, forged));
      await expect(undo(undoInput(), undoingContext)).rejects.toThrow(
        `is called ${databaseBeside(name, context).aside}: somebody else has written it. Nothing was renamed.`,
      );
      expect([await saysOf('payroll'), await saysOf(name)]).toEqual(['salaries', 'restored']);
    },
  );

  it('refuses to undo where the owner has taken the comment away, by the notes of the run', async () => {
    await swap(inputOf(), context);
    await cluster.query(`comment on database ${name} is null`);
    await expect(undo(undoInput(), undoingContext)).rejects.toThrow(
      `${databaseBeside(name, context).aside}, which it set aside, is still there. Nothing was renamed.`,
    );
    expect(await saysOf(name)).toBe('restored');
  });

  it('refuses a database whose owner says that this run restored it', async () => {
    await cluster.query('alter database payroll owner to customer');
    const { run, token, try: made } = restoring;
    const forged = commentOn('payroll', { run, token, try: made, complete: true });
    await ask(url('payroll').replace('shop@', 'customer@'), forged);
    await expect(swap(inputOf({ restored: 'payroll' }), context)).rejects.toThrow('was not made by this run');
    expect(await saysOf('payroll')).toBe('salaries');
    // Nor is a swap done because the owner of what serves says so.
    await cluster.query(commentOn(name, { run, token, try: made, complete: true, swap: { try: context.try, aside: null } }));
    expect(await settleSwap(inputOf(), context)).toBe('not-done');
  }); // prettier-ignore

  it('refuses to undo where the old one is gone', async () => {
    const { outputs } = await swap(inputOf(), context);
    await cluster.query(`drop database ${String(outputs['aside'])}`);
    await expect(undo(undoInput(), undoingContext)).rejects.toThrow('is not there any more');
    expect(await saysOf(name)).toBe('restored');
  });

  it('renames nothing where the databases are held by somebody, and says so', async () => {
    const holder = new pg.Client({ connectionString: cluster.connection });
    await holder.connect();
    await holder.query('begin');
    await holder.query(`alter database ${restored} rename to ${restored}x`);
    // The old one is renamed already when the restored one cannot be had: that is taken back as well.
    await expect(swap(inputOf(), context)).rejects.toThrow('lock timeout');
    await holder.query('rollback');
    await holder.end();
    expect([await saysOf(name), await saysOf(restored)]).toEqual(['old', 'restored']);
    expect(await settleSwap(inputOf(), context)).toBe('not-done');
  }, 60_000);

  it('has renamed nothing when it is killed between the two renames', async () => {
    const holder = new pg.Client({ connectionString: cluster.connection });
    await holder.connect();
    await holder.query('begin');
    await holder.query(`alter database ${restored} rename to ${restored}x`);
    const order = step(
      { action: 'postgres.swap', with: { connection: cluster.connection, database: name, restored } },
      { run: restoring.run },
    );
    const { perform } = await observer(home);
    const performing = perform(order);
    const waiting = `select pid from pg_stat_activity where wait_event_type = 'Lock' and query like 'alter database%${name}%'`;
    while ((await cluster.query(waiting)).length === 0) await sleep(20);
    const directoryOf = stepDirectory(home, order);
    for (const { pid } of livingOf(directoryOf, await readStarted(directoryOf))) process.kill(pid, 'SIGKILL');
    expect(await performing).toMatchObject({ outcome: 'unknown' });
    const looking = { ...order, as: 'settle' as const, of: order.try, try: `${order.try}~settle` };
    expect((await perform(looking)).found.message).toBe('looked: postgres.swap had done nothing');
    await holder.query('rollback');
    await holder.end();
    expect([await saysOf(name), await saysOf(restored)]).toEqual(['old', 'restored']);
    await swap(inputOf(), context);
    expect(await saysOf(name)).toBe('restored');
  }, 60_000); // prettier-ignore
});
