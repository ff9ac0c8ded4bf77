import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ofPgRestore, type LargeRestore } from '../../bench/large-restores.ts';
import type { PerformInput } from '../../contract/perform.ts';
import { livingOf } from '../../host/living.ts';
import { readStarted } from '../../host/observe.ts';
import { stepDirectory } from '../../host/step-directory.ts';
import { temporaryDirectory } from '../actions/action-context.ts';
import { ask, binaries } from '../actions/postgres-cluster.ts';
import { observer, step, testHome, until } from '../host/harness.ts';

const home = await testHome();
const bytes = 64 * 1024 ** 2;

(binaries ? describe : describe.skip)('a restore of a dump of which something is killed half-way', () => {
  let restore: LargeRestore;
  let connection: string;

  beforeAll(async () => {
    restore = await ofPgRestore(temporaryDirectory(), bytes);
    connection = restore.with('')['connection'] as string;
  }, 120_000);

  afterAll(() => restore?.end?.());

  const order = (): PerformInput => step({ action: 'pgdump.restore', with: restore.with('') });
  const living = async (input: PerformInput) => {
    const directory = stepDirectory(home, input);
    return livingOf(directory, await readStarted(directory)).map(({ pid }) => pid);
  };
  const named = async () =>
    (await ask(connection, `select datname as name from pg_database where datname ~ '^large'`)).map(({ name }) => String(name)); // prettier-ignore

  it('has done nothing when all of it is killed; what it left the next try removes', async () => {
    const { perform } = await observer(home);
    const input = order();
    const performing = perform(input);
    await until(() => restore.written('') > bytes / 3);
    const [left] = await named();
    for (const pid of await living(input)) process.kill(pid, 'SIGKILL');
    expect(await performing).toMatchObject({ outcome: 'unknown' });
    const looking = { ...input, as: 'settle' as const, of: input.try, try: `${input.try}~settle` };
    expect((await perform(looking)).found.message).toBe('looked: pgdump.restore had done nothing');

    const again = order();
    const { outcome, outputs } = await perform(again);
    expect(outcome).toBe('passed');
    expect(await named()).toEqual([outputs['database']]);
    expect(outputs['database']).not.toBe(left);
    const done = await perform({ ...again, as: 'settle', try: `${again.try}~settle`, ...{ of: again.try } });
    expect([done.outcome, done.outputs]).toEqual(['passed', outputs]);
    await restore.remove(join(home, 'none'));
  }, 120_000);

  it('fails, and leaves nothing, when pg_restore alone is killed', async () => {
    const { perform } = await observer(home);
    const input = order();
    const performing = perform(input);
    await until(() => restore.written('') > bytes / 3);
    const tool = (await living(input)).find((pid) => readFileSync(`/proc/${pid}/comm`, 'utf8') === 'pg_restore\n');
    process.kill(tool!, 'SIGKILL');
    const { outcome, found } = await performing;
    expect([outcome, found.terminal]).toEqual(['failed', undefined]);
    expect(found.message).toMatch(/pg_restore exited with 137 .* was removed again; no other was touched/s);
    expect(await named()).toEqual([]);
  }, 120_000); // prettier-ignore
});
