import * as fs from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from '@jest/globals';
import type { PerformResult } from '../../contract/perform.ts';
import { bears, runningProcesses } from '../../actions/processes.ts';
import { fileNameOf } from '../../actions/step-files.ts';
import { readStarted } from '../../host/observe.ts';
import { stepDirectory } from '../../host/step-directory.ts';
import { stopTry } from '../../host/stop-try.ts';
import { childrenOf, kill9, startSshd, withSshd } from '../actions/sshd.ts';
import { observer, step, testHome, until } from '../host/harness.ts';
import { chances } from '../support/chances.ts';

const kills = Number(process.env['MUSTER_KILLS'] ?? 20);
const seed = Number(process.env['MUSTER_SEED'] ?? Date.now() % 1_000_000);
const lanes = 4;
const home = await testHome();
const lineOf = (pid: number) => fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');

/** Victims by name; a command with all that it started. */
const victims = ['local child', 'ssh', 'session', 'far supervisor', 'far command', 'both ends'] as const;
type Victim = (typeof victims)[number];

withSshd('ssh.command, its parts killed at random', () => {
  it(`runs a command once, and says how it ended only where it did: ${kills} kills`, async () => {
    console.info(`ssh.command, kills: MUSTER_KILLS=${kills} MUSTER_SEED=${seed}`);
    const [sshd, next] = [await startSshd(), chances(seed)];
    const { perform } = await observer(home);
    const seen: Record<string, number> = {};
    const lane = async (kill: number): Promise<void> => {
      if (kill >= kills) return;
      const ledger = join(home, `ledger-${kill}`);
      const script = `echo began >>${ledger}; sleep 1.5; echo over >>${ledger}; echo said`;
      const { directory: far, ...to } = sshd.to;
      const input = step({ action: 'ssh.command', with: { ...to, directory: far!, script } });
      const there = join(sshd.far, 'steps', input.run, fileNameOf(`${input.try}~far`));
      const processesOf: Record<Victim, () => Promise<number[]>> = {
        'local child': async () => bearing(stepDirectory(home, input)).filter((pid) => lineOf(pid).includes('ssh.command')), // prettier-ignore
        ssh: async () => bearing(stepDirectory(home, input)).filter((pid) => lineOf(pid)[0] === 'ssh'),
        session: async () => sshd.sessions(),
        'far supervisor': async () => [(await readStarted(there))?.pid].filter((pid) => pid !== undefined),
        'far command': async () => {
          const all = childrenOf((await readStarted(there))?.pid);
          return [...all, ...all.flatMap((pid) => childrenOf(pid))];
        },
        'both ends': async () => [...bearing(stepDirectory(home, input)), ...bearing(there)],
      };
      const victim = victims[Math.floor(next() * victims.length)]!;
      const performing = perform(input);
      let ended = false;
      void performing.finally(() => (ended = true));
      await until(() => fs.existsSync(stepDirectory(home, input)));
      // From before the connection to after the end; most while it is at work.
      const atWork = next() < 0.7;
      if (atWork) await until(() => ended || countOf(ledger, 'began') === 1);
      await sleep(next() * 2_500);
      const hit = await processesOf[victim]().catch(() => []);
      for (const pid of hit) kill9(pid);

      const result = await performing;
      const settled = result.outcome === 'unknown' ? await perform({ ...input, try: `${input.try}~settle`, of: input.try, as: 'settle' }) : undefined; // prettier-ignore
      const [began, over] = [countOf(ledger, 'began'), countOf(ledger, 'over')];
      const what = { kill, victim, hit: hit.length, result, settled, began, over };
      expect(wrongWith(what)).toBeUndefined();
      const outcome = `${result.outcome}${settled ? `, looked: ${settled.outcome}` : ''}`;
      const key = `${victim}${hit.length === 0 ? ' (none there)' : ''}, begun ${began}: ${outcome}`;
      seen[key] = (seen[key] ?? 0) + 1;
      await lane(kill + lanes);
    };
    // Beside each other: who kills a session kills those of the others, too.
    await Promise.all(Array.from({ length: lanes }, (_, first) => lane(first)));
    console.info(seen);
  }, 600_000);
});

withSshd('ssh.command, stopped as a step is', () => {
  it('ends there first, although the stop takes the line away', async () => {
    const [sshd, { perform }] = [await startSshd(), await observer(home)];
    const ledger = join(home, 'ledger-stop');
    const script = `trap 'echo told >>${ledger}; exit 1' TERM; echo began >>${ledger}; while :; do sleep 0.1; done`;
    const input = step({ action: 'ssh.command', with: { ...sshd.to, script } });
    const performing = perform(input);
    await until(() => countOf(ledger, 'began') === 1);
    expect(await stopTry(home, input, 10_000)).toEqual([]);
    expect(await performing).toMatchObject({ outcome: 'stopped' });
    expect(countOf(ledger, 'told')).toBe(1);
    expect(bearing(join(sshd.far, 'steps', input.run, fileNameOf(`${input.try}~far`)))).toEqual([]);
  }, 60_000);
});

interface What {
  readonly victim: Victim;
  readonly result: PerformResult;
  readonly settled: PerformResult | undefined;
  readonly began: number;
  readonly over: number;
}

/** What is wrong with what was said of a command, against what it wrote by itself. */
function wrongWith(what: What): { readonly why: string } | undefined {
  const { victim, result, settled, began, over } = what;
  const last = settled ?? result;
  const said = (text: string) => last.outcome === 'failed' && last.found.message?.includes(text);
  if (began > 1) return { why: 'it ran more than once', ...what };
  if (last.outcome === 'passed' && over !== 1) return { why: 'it is called done and was not', ...what };
  if (last.outcome === 'passed' && last.outputs['output'] !== 'said')
    return { why: 'its output was lost', ...what };
  if (began > 0 && (said('had done nothing') || said('nothing was started') || said('was not reached')))
    return { why: 'it is called not begun and was', ...what };
  // Where nothing of it was touched there, it is found whatever became of this side.
  const unharmed = victim === 'local child' || victim === 'ssh' || victim === 'session';
  if (unharmed && began > 0 && last.outcome !== 'passed') return { why: 'its end was not found', ...what };
  return undefined;
}

const bearing = (directory: string): number[] =>
  runningProcesses()
    .map(({ pid }) => pid)
    .filter((pid) => bears(pid, `MUSTER_TRY=${directory}`));

const countOf = (file: string, line: string): number =>
  fs.existsSync(file)
    ? fs
        .readFileSync(file, 'utf8')
        .split('\n')
        .filter((one) => one === line).length
    : 0;
