import { existsSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { createStop } from '../../activities/stop.ts';
import { bears, runningProcesses } from '../../actions/processes.ts';
import type { PerformInput } from '../../contract/perform.ts';
import { listSteps, orphans } from '../../host/list-steps.ts';
import { resumeDirectory, stepDirectory } from '../../host/step-directory.ts';
import { fakeWorker, linesOf, observer, shellStep, step, testHome, until } from '../host/harness.ts';

const home = await testHome();
const stop = createStop({ home });

const logOf = (input: PerformInput) => join(stepDirectory(home, input), 'log');

let ledgers = 0;

/** A step that writes a line, waits for `go`, and prints; its ledger tells how often it ran. */
function waitingStep(before = ':') {
  const ledger = join(home, `ledger-${(ledgers += 1)}`);
  const go = `${ledger}.go`;
  const script = `${before}; echo ran >>${ledger}; until [ -e ${go} ]; do sleep 0.05; done; echo restored`;
  return { ledger, input: shellStep(script), go: () => writeFile(go, ''), ran: () => linesOf(ledger) };
}

describe('a step that touches something', () => {
  it('runs as a process of its own, with its output in a log that has a digest', async () => {
    const { perform, signs } = await observer(home);
    const { input, go } = waitingStep();
    const performing = perform(input);
    await until(() => signs.some(({ process }) => process !== undefined));
    await go();
    const result = await performing;
    expect(result).toMatchObject({ outcome: 'passed', outputs: { exit: 0, stdout: 'restored' } });
    expect(result.found.log).toMatchObject({ file: logOf(input), bytes: 9 });
    expect(await readFile(logOf(input), 'utf8')).toBe('restored\n');
    expect(signs[0]).toEqual({ try: input.try });
  });

  it('is not run again by whoever observes it later', async () => {
    const { input, go, ran } = waitingStep();
    await go();
    const first = await (await observer(home)).perform(input);
    expect(await (await observer(home)).perform(input)).toEqual(first);
    expect(await ran()).toBe(1);
  });

  it('goes on when its observer has to leave, and the next one adopts it', async () => {
    const { input, go, ran } = waitingStep();
    const first = await observer(home);
    const left = first.perform(input);
    await until(async () => (await ran()) === 1);
    first.leave();
    await expect(left).rejects.toThrow('the observer has to go');
    const second = (await observer(home)).perform(input);
    await go();
    expect(await second).toMatchObject({ outcome: 'passed' });
    expect(await ran()).toBe(1);
  });

  it('goes on when its worker is killed, and the next one adopts it', async () => {
    const { input, go, ran } = waitingStep();
    const worker = await fakeWorker(home, input);
    await until(async () => (await ran()) === 1);
    worker.process.kill('SIGKILL');
    expect(await worker.ended).toBeUndefined();
    const second = (await observer(home)).perform(input);
    await go();
    expect(await second).toMatchObject({ outcome: 'passed' });
    expect(await ran()).toBe(1);
  });

  it('is unknown, and not adopted, where another call was started under its try', async () => {
    const { perform } = await observer(home);
    const { input, go, ran } = waitingStep();
    await go();
    await perform(input);
    const other = { ...input, call: { ...input.call, with: { argv: ['sh', '-c', 'echo other'] } } };
    const result = await perform(other);
    expect(result.outcome).toBe('unknown');
    expect(result.found.message).toContain('another call');
    expect(await ran()).toBe(1);
  });

  it('that is resumable goes on with what the try before it left, and leaves nothing when it has passed', async () => {
    const path = 'shop/1/recover/copy';
    // Where it was broken off before, it ends after one piece.
    const script =
      'test "$PWD" = "$MUSTER_RESUME"; n=$(cat done || echo 0); echo $((n + 1)) >done; [ "$n" -ge 2 ]';
    const input = (more: Partial<PerformInput>) => shellStep(`set -e; ${script}`, { path, ...more });
    const { perform } = await observer(home);
    const outcomes = [];
    for (let tries = 0; tries < 3; tries += 1)
      outcomes.push((await perform(input({ rerun: 'resumable' }))).outcome);
    expect(outcomes).toEqual(['failed', 'failed', 'passed']);
    expect(existsSync(resumeDirectory(home, { run: 'run-1', path }))).toBe(false);
    // Any other begins anew, and is told of no such directory.
    expect(
      await perform(shellStep('[ -z "$MUSTER_RESUME" ]; ls', { path, rerun: 'idempotent' })),
    ).toMatchObject({
      outcome: 'passed',
      outputs: { stdout: '' },
    });
  });

  it('is unknown, and not started again, where nobody can read its intent any more', async () => {
    const { input, go, ran } = waitingStep();
    await go();
    await (await observer(home)).perform(input);
    await writeFile(join(stepDirectory(home, input), 'intent'), '{"run":"ru');
    const result = await (await observer(home)).perform(input);
    expect(result).toMatchObject({ outcome: 'unknown' });
    expect(result.found.message).toContain('holds no intent: its 10 characters cannot be read');
    expect(await ran()).toBe(1);
  });

  it('is unknown when somebody deleted its directory, and waited for until nothing of it lives', async () => {
    const { input, go, ran } = waitingStep();
    const performing = (await observer(home)).perform(input);
    await until(async () => (await ran()) === 1);
    await rm(stepDirectory(home, input), { recursive: true });
    await go();
    const result = await performing;
    expect(result.outcome).toBe('unknown');
    expect(result.found.message).toContain('somebody deleted');
    expect(await ran()).toBe(1);
  });

  it('ends what it left at work when it failed, and leaves it when it passed', async () => {
    const { perform } = await observer(home);
    const leaving = (end: string) => shellStep(`setsid sleep 300 >/dev/null 2>&1 & ${end}`);
    const living = (input: PerformInput) =>
      runningProcesses().filter(({ pid }) => bears(pid, `MUSTER_TRY=${stepDirectory(home, input)}`));
    const [failing, passing] = [leaving('exit 3'), leaving('exit 0')];
    expect(await perform(failing)).toMatchObject({ outcome: 'failed' });
    expect(living(failing)).toEqual([]);
    expect(await perform(passing)).toMatchObject({ outcome: 'passed' });
    expect(living(passing)).toHaveLength(1);
  });

  it('that was killed has failed when nothing of it is left, with what it last said', async () => {
    const { perform, signs } = await observer(home);
    const { input, go, ran } = waitingStep('echo half way');
    const performing = perform(input);
    await until(async () => (await ran()) === 1 && signs.some(({ process }) => process !== undefined));
    await until(async () => (await readFile(logOf(input), 'utf8')).includes('half way'));
    const children = await childrenOf(signs.find(({ process }) => process)!.process!.pid);
    for (const child of children) process.kill(child, 'SIGKILL');
    // Its command lives on for a while, so the step does as well.
    await go();
    const result = await performing;
    expect(result.outcome).toBe('failed');
    expect(result.found.message).toContain('killed by SIGKILL before it could report');
    expect(result.found.message).toContain('half way');
  });
});

const childrenOf = async (pid: number): Promise<number[]> =>
  (await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8')).trim().split(' ').map(Number);

describe('stopping a try', () => {
  it('ends a command that ignores TERM, with everything that it started', async () => {
    const { perform } = await observer(home);
    const ledger = join(home, 'stubborn');
    const stubborn = `trap '' TERM; echo ran >>${ledger}; while :; do sleep 0.1; done`;
    const input = shellStep(`setsid sh -c "${stubborn}" & ${stubborn}`);
    const performing = perform(input);
    await until(async () => (await linesOf(ledger)) === 2);
    await stop({ run: input.run, try: input.try, grace: 200 });
    expect(await performing).toMatchObject({ outcome: 'stopped' });
  });

  it('keeps a try from being started that had not been yet', async () => {
    const { input, ran } = waitingStep();
    await stop({ run: input.run, try: input.try, grace: 0 });
    expect(await (await observer(home)).perform(input)).toMatchObject({ outcome: 'stopped' });
    expect(await ran()).toBe(0);
  });

  it('leaves a try that had passed as it is', async () => {
    const { perform } = await observer(home);
    const { input, go } = waitingStep();
    await go();
    const before = await perform(input);
    await stop({ run: input.run, try: input.try, grace: 0 });
    expect(await perform(input)).toEqual(before);
  });
});

describe('a step that touches nothing', () => {
  it('runs in the worker and leaves nothing on the disk', async () => {
    const { perform } = await observer(home);
    const input = step({ action: 'noop', with: { outputs: { port: 5432 } } }, { touches: 'nothing' });
    expect(await perform(input)).toMatchObject({ outcome: 'passed', outputs: { port: 5432 } });
    expect(existsSync(stepDirectory(home, input))).toBe(false);
  });

  it('ends with its observer', async () => {
    const { perform, leave, signs } = await observer(home);
    const performing = perform(shellStep('sleep 60', { touches: 'nothing' }));
    await until(() => signs.length > 0);
    leave();
    await expect(performing).rejects.toThrow('the observer has to go');
  });

  it('fails after its timeout', async () => {
    const { perform } = await observer(home);
    const result = await perform(shellStep('sleep 60', { touches: 'nothing', timeout: 300 }));
    expect(result.outcome).toBe('failed');
    expect(result.found.message).toContain('ended after its timeout of 300ms');
  });

  it('goes through the entrance of its site in a process of its own', async () => {
    const { perform } = await observer(home);
    const input = shellStep('echo "$SITE"', { touches: 'nothing', enter: ['env', 'SITE=standby'] });
    expect(await perform(input)).toMatchObject({ outcome: 'passed', outputs: { stdout: 'standby' } });
    expect(existsSync(stepDirectory(home, input))).toBe(true);
  });
});

describe('what a step is given and gives', () => {
  it('is filled in at the last moment and never read as a template again', async () => {
    const { perform } = await observer(home);
    const secret = '$(id) {{run.id}} "quoted"\n-x';
    const argv = ['printf', '%s|%s', { $parts: [{ ref: { from: 'step', path: 'a', output: 'b' } }] }, 'x'];
    const input = step({ action: 'command', with: { argv } }, { known: { 'a.b': secret } });
    expect(await perform(input)).toMatchObject({ outputs: { stdout: `${secret}|x` } });
  });

  it('fails before it starts where a reference has no value', async () => {
    const { perform } = await observer(home);
    const argv = ['echo', { $parts: [{ ref: { from: 'step', path: 'a', output: 'b' } }] }];
    const result = await perform(step({ action: 'command', with: { argv } }));
    expect(result).toMatchObject({ outcome: 'failed' });
    expect(result.found.message).toContain('nothing is known as a.b');
  });

  it('fails before it starts where the input does not fit the action', async () => {
    const { perform } = await observer(home);
    const result = await perform(step({ action: 'command', with: { argv: [] } }));
    expect(result.found.message).toContain('command was not started, its input does not fit: argv:');
  });

  it('fails where its outputs are too large to be handed on, rather than handing on a part', async () => {
    const { perform } = await observer(home);
    const outputs = { large: 'x'.repeat(20_000) };
    const result = await perform(step({ action: 'noop', with: { outputs } }, { touches: 'nothing' }));
    expect(result).toMatchObject({ outcome: 'failed', outputs: {} });
    expect(result.found.message).toContain('at most 16384 can be handed on');
  });

  it('steers no terminal by what it says', async () => {
    const { perform } = await observer(home);
    const result = await perform(shellStep(`printf '\\033]0;owned\\007\\033[2Jbad\\r\\n' >&2; exit 3`));
    expect(result.outcome).toBe('failed');
    expect(JSON.stringify(result.found.message)).not.toMatch(/\\u001b|\\u0007|\\r/);
  });
});

describe('the reaper', () => {
  it('reports what lives, or nobody knows about, of runs that are not open any more', async () => {
    const { input, go, ran } = waitingStep();
    const gone = { ...input, run: 'terminated' };
    const performing = (await observer(home)).perform(gone);
    await until(async () => (await ran()) === 1);
    const open =
      (...runs: string[]) =>
      () =>
        Promise.resolve(new Set(runs));
    const none = () => Promise.resolve(new Set<string>());
    const living = { run: 'terminated', try: gone.try, observation: { state: 'running' }, supervised: true };
    expect(await orphans(home, open('run-1'), none)).toMatchObject([living]);
    expect(await orphans(home, open('run-1', 'terminated'), none)).toEqual([]);
    await go();
    await performing;
    expect(await orphans(home, open('run-1'), none)).toEqual([]);
    expect((await listSteps(home)).some(({ run }) => run === 'terminated')).toBe(true);
  });
});
