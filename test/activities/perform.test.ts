import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { stepDirectory } from '../../host/step-directory.ts';
import { observer, shellStep, step, testHome, until } from './harness.ts';

const home = await testHome();

describe('a step that touches something', () => {
  it('runs as a process of its own, with its output in a log that has a digest', async () => {
    const { perform, signs } = await observer(home);
    const go = join(home, 'go');
    const input = shellStep(`until [ -e ${go} ]; do sleep 0.05; done; echo restored; echo "$MUSTER_RUN"`);
    const performing = perform(input);
    await until(() => signs.some(({ process }) => process !== undefined));
    await writeFile(go, '');
    const result = await performing;
    expect(result).toMatchObject({ outcome: 'passed', outputs: { exit: 0 } });
    const directory = stepDirectory(home, input);
    expect(result.found.log).toMatchObject({ file: join(directory, 'log') });
    expect(await readFile(join(directory, 'log'), 'utf8')).toBe('restored\nrun-1\n');
    expect(signs[0]).toEqual({ try: input.try });
  });

  it('is not run again by whoever observes it later', async () => {
    const ledger = join(home, 'ledger-1');
    const input = shellStep(`echo ran >> ${ledger}`);
    const first = await (await observer(home)).perform(input);
    const second = await (await observer(home)).perform(input);
    expect(second).toEqual(first);
    expect(await readFile(ledger, 'utf8')).toBe('ran\n');
  });
});

describe('a step that touches nothing', () => {
  it('runs in the worker and leaves nothing on the disk', async () => {
    const { perform } = await observer(home);
    const input = step({ action: 'noop', with: { outputs: { port: 5432 } } }, { touches: 'nothing' });
    expect(await perform(input)).toMatchObject({ outcome: 'passed', outputs: { port: 5432 } });
    expect(existsSync(stepDirectory(home, input))).toBe(false);
  });
});
