import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import type { PerformInput, PerformResult } from '../../contract/perform.ts';
import { livingOf } from '../../host/living.ts';
import { readStarted } from '../../host/observe.ts';
import { stepDirectory } from '../../host/step-directory.ts';
import { fakeWorker, linesOf, observer, shellStep, testHome } from '../host/harness.ts';

const home = await testHome();
const seed = Number(process.env['MUSTER_SEED'] ?? Date.now() % 1_000_000);
const steps = Number(process.env['MUSTER_KILL_STEPS'] ?? 12);
const killsPerStep = 3;

/** A small generator with a seed (mulberry32), so that a bad run can be had again. */
function random(from: number): () => number {
  let state = from;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const dice = random(seed);
const tally = { workers: 0, supervisors: 0, everything: 0 };

/** Performs a step while its workers, sometimes two at once, are killed; sometimes its supervisor, or all of it. */
async function besieged(input: PerformInput): Promise<PerformResult> {
  for (let kills = 0; kills < killsPerStep;) {
    const workers = await Promise.all(
      Array.from({ length: dice() < 0.33 ? 2 : 1 }, () => fakeWorker(home, input)),
    );
    await sleep(150 + dice() * 700);
    await hitCommand(stepDirectory(home, input));
    for (const { process } of workers) process.kill('SIGKILL');
    await Promise.all(workers.map(({ ended }) => ended));
    kills += workers.length;
    tally.workers += workers.length;
  }
  return (await observer(home)).perform(input);
}

async function hitCommand(directory: string): Promise<void> {
  const chance = dice();
  const supervisor = await readStarted(directory);
  if (!supervisor || chance > 0.25) return;
  const targets = livingOf(directory, supervisor).filter(({ pid }) => chance < 0.1 || pid === supervisor.pid);
  for (const { pid } of targets) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }
  if (targets.length > 0) tally[chance < 0.1 ? 'everything' : 'supervisors'] += 1;
}

describe('a step that is not idempotent', () => {
  it(`runs once at most and never passes without its effect, whatever is killed (seed ${seed})`, async () => {
    const outcomes: Record<string, number> = {};
    for (let number = 0; number < steps; number += 1) {
      const [runs, effects] = [join(home, `runs-${number}`), join(home, `effects-${number}`)];
      const script = `echo run >>${runs}; sleep 0.${Math.floor(dice() * 9) + 1}; echo done >>${effects}`;
      const { outcome } = await besieged(shellStep(script));
      outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
      const ran = [outcome, await linesOf(runs), await linesOf(effects)];
      // Where everything was killed at once, the supervisor may have been quick enough to write down its end.
      const killed = ['unknown', 'failed'].flatMap((word) => [[word, 1, 1], [word, 1, 0], [word, 0, 0]]); // prettier-ignore
      const allowed = [['passed', 1, 1], ...killed];
      expect(allowed).toContainEqual(ran);
    }
    console.log(`seed ${seed}: killed ${JSON.stringify(tally)}, steps ended ${JSON.stringify(outcomes)}`);
    expect(tally.workers).toBeGreaterThanOrEqual(30);
  }, 600_000);
});
