import { chmodSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { identify, type ProcessIdentity } from '../../actions/process-identity.ts';
import { type LargeRestore, ofPgbackrest, ofPgRestore, ofRestic } from '../../bench/large-restores.ts';
import type { PerformInput } from '../../contract/perform.ts';
import { livingOf } from '../../host/living.ts';
import { readStarted } from '../../host/observe.ts';
import { stepDirectory } from '../../host/step-directory.ts';
import { temporaryDirectory } from '../actions/action-context.ts';
import { fakeWorker, step, testHome, until } from '../host/harness.ts';

/** By hand: `MEGABYTES=1024 npm test -- test/activities/adopt-restores.test.ts`. */
const bytes = Number(process.env['MEGABYTES'] ?? 256) * 1024 ** 2;
const home = await testHome();
chmodSync(home, 0o711); // as a state directory of root is: servers run as somebody else inside

/** The tool of a step as it runs now: of its processes, the first. */
async function toolOf(input: PerformInput, name: string): Promise<ProcessIdentity | undefined> {
  const directory = stepDirectory(home, input);
  const named = livingOf(directory, await readStarted(directory)).filter(({ pid }) => isNamed(pid, name));
  const [pid] = named.map((one) => one.pid).sort((a, b) => a - b);
  return pid === undefined ? undefined : identify(pid);
}

function isNamed(pid: number, name: string): boolean {
  try {
    return (
      readFileSync(`/proc/${pid}/comm`, 'utf8').trim() === name &&
      readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('restore')
    );
  } catch {
    return false; // It is gone.
  }
}

describe(`a restore of ${bytes / 1024 ** 2} MiB whose worker is killed half-way`, () => {
  it.each([
    ['restic', ofRestic],
    ['pgBackRest', ofPgbackrest],
    ['pg_restore', ofPgRestore],
  ] as const)(
    'goes on by %s, is adopted by the next worker, and is finished by the same process',
    async (_name, make) => {
      const restore: LargeRestore = await make(temporaryDirectory(), bytes);
      const place = temporaryDirectory();
      const site = join(place, 'site');
      mkdirSync(site);
      const input = step({ action: restore.action, with: restore.with(site) }, { timeout: 600_000 });
      try {
        const first = await fakeWorker(home, input);
        await until(() => restore.written(site) > bytes / 3);
        const tool = await toolOf(input, restore.tool);
        first.process.kill('SIGKILL');
        expect(await first.ended).toBeUndefined();
        const atKill = restore.written(site);
        expect(atKill).toBeLessThan(bytes);

        const second = await fakeWorker(home, input);
        await until(
          async () => restore.written(site) > atKill || (await toolOf(input, restore.tool)) === undefined,
        );
        const afterwards = await toolOf(input, restore.tool);
        const least = restore.written(site);
        const ended = await second.ended;
        expect([ended?.result.outcome, ended?.result.found.message]).toEqual(['passed', undefined]);
        // Bytes only ever came: nothing was begun anew.
        expect(least).toBeGreaterThanOrEqual(atKill);
        expect(tool).toBeDefined();
        expect(afterwards ?? tool).toEqual(tool);
        const log = `${Math.round(atKill / 1024 ** 2)} MiB at the kill, ${Math.round(restore.written(site) / 1024 ** 2)} at the end`;
        process.stderr.write(
          `${restore.action}: ${log}; the worker that adopted it took ${Math.round(ended!.peakKb / 1024)} MiB\n`,
        );
      } finally {
        await restore.remove(site);
        await restore.end?.();
      }
    },
    900_000,
  );
});
