import { describe, expect, it } from '@jest/globals';
import { makeRoster } from '../../core/run/make-roster.ts';
import { planOf, runbook } from '../../language/compile/build.ts';
import { plan, sites, systems } from './declared-plan.ts';
import { HookRuns, roster } from './served.ts';
import { withTrigger } from './with-trigger.ts';

describe('a trigger', () => {
  const starting = (book: Parameters<typeof planOf>[0], people = roster) =>
    withTrigger(new HookRuns(), { make: () => planOf(book, { ...sites, roster: people }) }, () =>
      Promise.resolve(),
    );
  const declared = (by: { role: string | string[]; count: number }[]) => ({
    ...runbook({ systems }),
    declare: { by, not: [] },
  });

  it('is not served where its runbook has no declaration, or one that people could not make', async () => {
    await expect(starting(runbook({ systems }))).rejects.toThrow('it has no `declare:`');
    const nobody = declared([{ role: ['starter', 'commander'], count: 1 }]);
    await expect(starting(nobody)).rejects.toThrow('asks for the starter or the commander');
    await starting(declared([{ role: ['starter', 'dba'], count: 1 }]));
  });

  it('is not served without a roster, nor where something acts before it is declared', async () => {
    const anybody = declared([{ role: 'anyone', count: 1 }]);
    const unproved = () => planOf(anybody, sites);
    await expect(withTrigger(new HookRuns(), { make: unproved }, () => Promise.resolve())).rejects.toThrow(
      'made without a roster',
    );
    const { db } = plan.nodes;
    const loose = { ...plan, nodes: { ...plan.nodes, db: { ...db!, needs: [] } } };
    await expect(withTrigger(new HookRuns(), { make: () => loose }, () => Promise.resolve())).rejects.toThrow(
      'db/1/recover/restore would act before',
    );
    await starting(anybody, makeRoster({ ...roster.people }));
  });
});
