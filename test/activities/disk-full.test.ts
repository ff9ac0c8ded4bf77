import { execFileSync } from 'node:child_process';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { observe } from '../../host/observe.ts';
import { stepDirectory } from '../../host/step-directory.ts';
import { linesOf, observer, shellStep, testHome, until } from '../host/harness.ts';

let mounted: true | string = 'not tried';
afterAll(() => {
  if (mounted === true) execFileSync('umount', ['--lazy', home]);
});
const outside = await testHome();
const home = join(outside, 'small');
await mkdir(home);

/** A disk of a megabyte, where we may make one. */
function mountSmallDisk(): true | string {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'muster-test', home], { stdio: 'pipe' });
    return true;
  } catch (error) {
    return String((error as Error & { stderr?: Buffer }).stderr ?? error).trim();
  }
}

mounted = mountSmallDisk();
if (mounted !== true) console.warn(`SKIPPED: a full disk needs a mount, which is refused here: ${mounted}`);
const whereMounted = mounted === true ? describe : describe.skip;
const ballast = join(home, 'ballast');
const fill = () => writeFile(ballast, Buffer.alloc(2_000_000)).catch((error: NodeJS.ErrnoException) => expect(error.code).toBe('ENOSPC')); // prettier-ignore

whereMounted('where the disk of the state directory is full', () => {
  it('a step is not started, says so, and runs once there is room', async () => {
    const { perform } = await observer(home);
    const ledger = join(outside, 'ledger');
    const input = shellStep(`echo ran >>${ledger}`);
    await fill();
    const refused = await perform(input);
    expect(refused.outcome).toBe('failed');
    expect(refused.found.message).toContain('it was not started, nothing was run');
    expect(refused.found.message).toContain('ENOSPC');
    expect(await linesOf(ledger)).toBe(0);
    await rm(ballast);
    expect(await perform(input)).toMatchObject({ outcome: 'passed' });
    expect(await linesOf(ledger)).toBe(1);
  });

  it('what runs is left alone, and its end is known once there is room', async () => {
    const { perform } = await observer(home);
    const [ledger, go] = [join(outside, 'ledger-2'), join(outside, 'go')];
    const input = shellStep(
      `echo ran >>${ledger}; until [ -e ${go} ]; do sleep 0.05; done; echo over >>${ledger}`,
    );
    const performing = perform(input);
    await until(async () => (await linesOf(ledger)) === 1);
    await fill();
    await writeFile(go, '');
    await until(async () => (await linesOf(ledger)) === 2);
    expect(await observe(stepDirectory(home, input))).toMatchObject({ state: 'running' });
    await rm(ballast);
    expect(await performing).toMatchObject({ outcome: 'passed' });
    expect(await linesOf(ledger)).toBe(2);
  });
});
