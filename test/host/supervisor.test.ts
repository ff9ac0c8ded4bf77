import { existsSync } from 'node:fs';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { stepFiles } from '../../actions/step-files.ts';
import { writeIntent } from '../../host/intent.ts';
import { livingOf } from '../../host/living.ts';
import { observe, readStarted } from '../../host/observe.ts';
import { makeStepDirectory } from '../../host/step-directory.ts';
import { startSupervisor } from '../../host/supervise.ts';
import { linesOf, testHome, until } from './harness.ts';

const home = await testHome();
let tries = 0;

/** A step directory with its intent written, and a ledger that the command itself writes. */
async function intended() {
  const id = { run: 'run/../1', try: `db/1/recover/restore#${(tries += 1)}` };
  const directory = await makeStepDirectory(home, id);
  await writeIntent(directory, { ...id, action: 'command', digest: 'sha256:1' });
  const ledger = join(directory, 'ledger');
  const start = (script: string, env: Record<string, string> = {}) =>
    startSupervisor({ directory, argv: ['sh', '-c', `echo ran >>${ledger}; ${script}`], env });
  return { directory, ledger, start };
}

const state = async (directory: string) => (await observe(directory)).state;
const kill9 = (pid: number) => process.kill(pid, 'SIGKILL');

describe('the supervisor of a try', () => {
  it('runs the command once when many start it at the same time', async () => {
    const { directory, ledger, start } = await intended();
    const go = join(directory, 'go');
    const starts = Array.from({ length: 12 }, () => start(`until [ -e ${go} ]; do sleep 0.05; done`));
    const ends: string[] = [];
    for (const { ended } of await Promise.all(starts)) void ended.then((end) => ends.push(end));
    await until(() => ends.length === 11);
    expect(new Set(ends)).toEqual(new Set(['held']));
    await writeFile(go, '');
    await until(async () => (await state(directory)) === 'ended');
    expect(await linesOf(ledger)).toBe(1);
  });

  it('records the exit code, and later starts find nothing left to do', async () => {
    const { directory, ledger, start } = await intended();
    await (
      await start('exit 7')
    ).ended;
    expect(await observe(directory)).toEqual({ state: 'ended', code: 7 });
    expect(await (await start('exit 0')).ended).toBe('over');
    expect(await observe(directory)).toEqual({ state: 'ended', code: 7 });
    expect(await linesOf(ledger)).toBe(1);
  });

  it('stays in a directory below the state directory, whatever the ids hold', async () => {
    const { directory } = await intended();
    expect(directory.startsWith(join(home, 'steps', 'run%2F%2E%2E%2F1', ''))).toBe(true);
  });

  it('that was killed before it wrote `started` has run nothing: the next one runs it', async () => {
    const { directory, ledger, start } = await intended();
    // Its `sync` says that it is there and takes its time: the moment before `started` gets its name.
    const bin = join(directory, 'bin');
    await mkdir(bin);
    await writeFile(join(bin, 'sync'), `#!/bin/sh\n: >${bin}/here\nexec sleep 60\n`);
    await chmod(join(bin, 'sync'), 0o755);
    const { ended } = await start('true', { PATH: `${bin}:${process.env['PATH']}` });
    await until(() => existsSync(join(bin, 'here')));
    for (const { pid } of livingOf(directory, undefined)) kill9(pid);
    await ended;
    await until(async () => (await state(directory)) === 'never-ran');
    await (
      await start('true')
    ).ended;
    expect(await observe(directory)).toEqual({ state: 'ended', code: 0 });
    expect(await linesOf(ledger)).toBe(1);
  });

  it('that was killed leaves its command at work: running while it lives, unknown when it is over', async () => {
    const { directory, ledger, start } = await intended();
    const go = join(directory, 'go');
    const { ended } = await start(`until [ -e ${go} ]; do sleep 0.05; done`);
    await until(async () => (await linesOf(ledger)) === 1);
    kill9((await readStarted(directory))!.pid);
    await ended;
    expect(await state(directory)).toBe('running');
    expect(await (await start('true')).ended).toBe('held');
    await writeFile(go, '');
    await until(async () => (await state(directory)) === 'unknown');
    await (
      await start('true')
    ).ended;
    expect(existsSync(join(directory, stepFiles.unknown))).toBe(true);
    expect(await state(directory)).toBe('unknown');
    expect(await linesOf(ledger)).toBe(1);
  });

  it('does not take a command for over whose child left the session and closed every descriptor', async () => {
    const { directory, start } = await intended();
    const go = join(directory, 'go');
    const daemon = `until [ -e ${go} ]; do sleep 0.05; done`;
    const { ended } = await start(`setsid sh -c '${daemon}' 9>&- </dev/null >/dev/null 2>&1 & exit 3`);
    await ended;
    expect(await state(directory)).toBe('running');
    await writeFile(go, '');
    await until(async () => (await state(directory)) === 'ended');
  });

  it('calls unknown what was started before the host was restarted', async () => {
    const { directory, ledger, start } = await intended();
    const started = `00000000-0000-0000-0000-000000000000 ${process.pid} 1\n`;
    await writeFile(join(directory, stepFiles.started), started);
    expect(await observe(directory)).toMatchObject({
      state: 'unknown',
      why: expect.stringContaining('restarted'),
    });
    await (
      await start('true')
    ).ended;
    expect(await linesOf(ledger)).toBe(0);
    expect(await readFile(join(directory, stepFiles.started), 'utf8')).toBe(started);
  });

  it('survives signals to its whole session, and so does the record of the end', async () => {
    const { directory, ledger, start } = await intended();
    await start(`trap "exit 5" TERM; echo ready >>${ledger}; while :; do sleep 0.05; done`);
    await until(async () => (await linesOf(ledger)) === 2);
    process.kill(-(await readStarted(directory))!.pid, 'SIGTERM');
    await until(async () => (await state(directory)) === 'ended');
    expect(await observe(directory)).toEqual({ state: 'ended', code: 5 });
  });
});
