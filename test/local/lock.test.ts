import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { withLock } from '../../local/lock.ts';
import { built } from '../support/built.ts';

describe('a lock', () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'muster-lock-'));
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  it('lets one work at a time, and each gets its own result', async () => {
    let inside = 0;
    const seen: number[] = [];
    const results = await Promise.all(
      [1, 2, 3].map((n) =>
        withLock(join(directory, 'lock'), async () => {
          inside += 1;
          seen.push(inside);
          await new Promise((resolve) => setTimeout(resolve, 20));
          inside -= 1;
          return n;
        }),
      ),
    );
    expect(results).toEqual([1, 2, 3]);
    expect(seen).toEqual([1, 1, 1]);
  });

  it('says once that it waits, and passes on what the work throws', async () => {
    const said: string[] = [];
    const slow = withLock(join(directory, 'lock'), () => new Promise((resolve) => setTimeout(resolve, 700)));
    const second = withLock(
      join(directory, 'lock'),
      () => Promise.reject(new Error('its own trouble')),
      () => said.push('waiting'),
    );
    await expect(second).rejects.toThrow('its own trouble');
    await slow;
    expect(said).toEqual(['waiting']);
  });

  it('is free again when its holder is killed', async () => {
    const module = await built('local/lock.js');
    const hold = `import(${JSON.stringify(module)}).then(({ withLock }) =>
      withLock(process.argv[1], async () => { console.log('held'); await new Promise(() => setInterval(() => {}, 1000)); }))`;
    const holder = execFile(process.execPath, ['-e', hold, join(directory, 'lock')]);
    await new Promise((resolve) => holder.stdout?.once('data', resolve));
    holder.kill('SIGKILL');
    await expect(withLock(join(directory, 'lock'), () => Promise.resolve('mine'))).resolves.toBe('mine');
  });
});
