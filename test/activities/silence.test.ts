import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { linesOf, observer, shellStep, testHome, until } from '../host/harness.ts';

const home = await testHome();
let steps = 0;

/** A step that writes a line when it begins, and another one when it is told to go on. */
function silentStep() {
  const place = join(home, `silent-${(steps += 1)}`);
  const script = `echo ran >>${place}; echo begun; until [ -e ${place}.go ]; do sleep 0.05; done; echo again; sleep 2`;
  return {
    input: { ...shellStep(script), quiet: 1_000 },
    ran: () => linesOf(place),
    go: () => writeFile(`${place}.go`, ''),
  };
}

describe('a step that may be quiet for a second', () => {
  it('is told of once when nothing was heard for so long, and once when it is heard again', async () => {
    const { perform, silences } = await observer(home);
    const { input, go } = silentStep();
    const before = Date.now();
    const performing = perform(input);
    await until(() => silences.length > 0);
    expect(silences[0]).toBeGreaterThanOrEqual(before - 1_000);
    expect(silences[0]).toBeLessThanOrEqual(Date.now() - 1_000);
    await go();
    await until(() => silences.length > 1);
    expect(silences[1]).toBe('over');
    expect(await performing).toMatchObject({ outcome: 'passed' });
  });

  it('is told of by whoever adopts it, whatever was told before', async () => {
    const { input, ran, go } = silentStep();
    const first = await observer(home);
    const left = first.perform(input);
    await until(async () => (await ran()) === 1 && first.silences.length === 1);
    first.leave();
    await expect(left).rejects.toThrow('the observer has to go');
    await go();
    const second = await observer(home);
    expect(await second.perform(input)).toMatchObject({ outcome: 'passed' });
    expect(second.silences).toContain('over');
  });

  it('is told again where it could not be told', async () => {
    const { input, go } = silentStep();
    let calls = 0;
    const { perform } = await observer(home, {
      observer: () => ({
        signal: new AbortController().signal,
        heartbeat: () => undefined,
        silence: () => Promise.reject(new Error(`away ${(calls += 1)}`)),
      }),
    });
    await expect(perform(input)).rejects.toThrow('away 1');
    const second = await observer(home);
    const performing = second.perform(input);
    await until(() => second.silences.length > 0);
    await go();
    expect(await performing).toMatchObject({ outcome: 'passed' });
  });
});
