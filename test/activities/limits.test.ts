import { existsSync, readFileSync } from 'node:fs';
import { access, constants, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import type { Limits } from '../../core/plan.ts';
import { makeGroups, removeGroups } from '../../host/control-groups.ts';
import { runningProcesses, bears } from '../../actions/processes.ts';
import { stepDirectory } from '../../host/step-directory.ts';
import { observer, shellStep, testHome } from '../host/harness.ts';

const home = await testHome();
const { perform } = await observer(home);

const limited = (script: string, limits: Limits) => ({ ...shellStep(script), limits });

/** Containers may show control groups and let nobody divide them. */
const groups = await mkdtemp(join(tmpdir(), 'muster-groups-')).then(async (directory) => {
  try {
    const argv = await makeGroups(directory, { memory: 1e9, pids: 100 });
    await access(join(argv.at(-1)!, 'cgroup.procs'), constants.W_OK);
    return true;
  } catch {
    return false;
  } finally {
    await removeGroups(directory);
  }
});

const groupsOf = (input: Parameters<typeof stepDirectory>[1]): string[] =>
  readFileSync(join(stepDirectory(home, input), 'groups'), 'utf8')
    .trim()
    .split('\n');

describe('the limits of a step', () => {
  it('put it behind others and bound its files', async () => {
    const result = await perform(limited('nice; ulimit -n', { nice: 7, files: 123 }));
    expect(result).toMatchObject({ outcome: 'passed', outputs: { stdout: '7\n123' } });
  });
});

(groups ? describe : describe.skip)('the limits of all processes of a step', () => {
  it('end what takes more memory, and the report says so; the worker goes on', async () => {
    const eats = `node -e "const all = []; for (;;) all.push(Buffer.alloc(1e7, 1))"`;
    const input = limited(eats, { memory: 300 * 1024 ** 2 });
    const result = await perform(input);
    expect(result).toMatchObject({ outcome: 'failed' });
    expect(groupsOf(input).filter(existsSync)).toEqual([]);
  });

  it('keep a fork bomb small, and nothing of it stays', async () => {
    // Bounded by itself as well: it doubles eight times at most.
    const bomb =
      'b() { if [ $1 -gt 0 ]; then b $(($1 - 1)) & b $(($1 - 1)) & fi; sleep 3; wait; }; b 8; exit 1';
    const input = limited(bomb, { processes: 40 });
    const directory = stepDirectory(home, input);
    const performing = perform(input);
    let most = 0;
    let over = false;
    void performing.finally(() => (over = true));
    while (!over) {
      const mine = runningProcesses().filter(({ pid }) => bears(pid, `MUSTER_TRY=${directory}`));
      most = Math.max(most, mine.length);
      await new Promise((next) => setTimeout(next, 50));
    }
    await performing;
    // The supervisor stands outside the group; threads count inside.
    expect(most).toBeGreaterThan(5);
    expect(most).toBeLessThanOrEqual(41);
    expect(runningProcesses().filter(({ pid }) => bears(pid, `MUSTER_TRY=${directory}`))).toEqual([]);
    expect(groupsOf(input).filter(existsSync)).toEqual([]);
  });

  it('are not in the way of a step that keeps them', async () => {
    const result = await perform(limited('echo fine', { memory: 1024 ** 3, processes: 200, nice: 5 }));
    expect(result).toMatchObject({ outcome: 'passed', outputs: { stdout: 'fine' } });
  });
});
