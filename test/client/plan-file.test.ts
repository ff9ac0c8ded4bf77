import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readPlanFile, staleness, writePlanFile } from '../../client/plan-file.ts';
import { shopPlan } from '../language/compile/shop.ts';

const plan = shopPlan();
let directory = '';
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'muster-plan-'));
});
afterAll(() => rm(directory, { recursive: true }));

const written = async () => {
  const file = join(directory, 'shop.plan');
  await writePlanFile(file, plan);
  return readFile(file, 'utf8');
};

describe('a plan file', () => {
  it('holds exactly the plan, and nothing is left beside it', async () => {
    expect(readPlanFile(await written())).toEqual({ plan });
    await written();
    expect(await readdir(directory)).toEqual(['shop.plan']);
  });

  it('that was edited or cut off is refused', async () => {
    const text = await written();
    expect(readPlanFile(text.replace('/srv/standby/shop/pg', '/srv/shop/pg'))).toEqual({
      problem: expect.stringContaining('was edited'),
    });
    expect(readPlanFile(text.slice(0, -20))).toEqual({ problem: expect.stringContaining('cut off') });
    expect(readPlanFile(text.replace('"version":1', '"version":2'))).toEqual({
      problem: expect.stringContaining('another version'),
    });
    expect(readPlanFile('{"format":"muster-plan"}')).toEqual({
      problem: expect.stringContaining('another version'),
    });
  });

  it('is told from a runbook', () => {
    expect(readPlanFile('muster: v1\n')).toBeUndefined();
    expect(readPlanFile('{ muster: v1 }')).toBeUndefined();
  });
});

describe('a plan', () => {
  const present = { now: plan.compiledAt, catalogue: plan.catalogue, runbook: plan.runbook.digest };
  const day = 24 * 60 * 60_000;

  it('fits for a day, while runbook and actions are the same', () => {
    expect(staleness(plan, present)).toEqual([]);
    expect(staleness(plan, { ...present, now: plan.compiledAt + day })).toEqual([]);
    expect(staleness(plan, { now: present.now, catalogue: plan.catalogue })).toEqual([]);
  });

  it('is stale after that, each reason in words', () => {
    const later = { now: plan.compiledAt + day + 60_000, catalogue: 'sha256:1', runbook: 'sha256:2' };
    expect(staleness(plan, later)).toEqual([
      'It was made 1d ago; a plan may be run for 1d.',
      'The runbook shop has changed since it was made.',
      'This Muster has other actions than the one that made it, or they take other input.',
    ]);
  });
});
