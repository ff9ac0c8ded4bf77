import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { forecast, forecaster } from '../../core/forecast.ts';
import type { NodeKind, Objectives, PlanNode } from '../../core/plan.ts';
import { doStep, makeNode } from './run/make-plan.ts';

interface Given {
  readonly needs?: string[];
  readonly wants?: string[];
  readonly after?: string[];
  readonly takes?: number[];
  readonly occupies?: Record<string, number>;
  readonly objectives?: Objectives;
  readonly kind?: NodeKind;
}

const planOf = (given: Record<string, Given>, capacity: Record<string, number> = {}) => ({
  capacity,
  nodes: Object.fromEntries(Object.entries(given).map(([id, one]) => [id, nodeOf(id, one)])),
});

const nodeOf = (id: string, { takes = [], occupies = {}, ...given }: Given): PlanNode =>
  makeNode(id, { ...given, steps: takes.map((length, at) => doStep(`s${at}`, { takes: length, occupies })) });

const shop = {
  db: { takes: [5, 1], objectives: { rto: 15 } },
  uploads: { takes: [9], objectives: { rto: 20 } },
  api: { needs: ['db'], wants: ['uploads'], takes: [2] },
  gate: { needs: ['api'], takes: [5], kind: 'gate' as const },
  traffic: { needs: ['gate'], takes: [1] },
  ordering: { needs: ['traffic'], kind: 'function' as const, objectives: { rto: 30, mtpd: 40 } },
  tidy: { after: ['traffic'], takes: [100], kind: 'cleanup' as const },
};

describe('a forecast', () => {
  it('knows when each node starts, ends, and may start at the latest', () => {
    const { nodes, recovered, ended, criticalPath } = forecast(planOf(shop));
    expect(Object.fromEntries(nodes)).toEqual({
      db: { start: 0, finish: 6, latestStart: 9, slack: 9 },
      uploads: { start: 0, finish: 9, latestStart: 11, slack: 11 },
      api: { start: 9, finish: 11, latestStart: 22, slack: 13 },
      gate: { start: 11, finish: 16, latestStart: 24, slack: 13 },
      traffic: { start: 16, finish: 17, latestStart: 29, slack: 13 },
      ordering: { start: 17, finish: 17, latestStart: 30, slack: 13 },
      tidy: { start: 17, finish: 117 },
    });
    expect({ recovered, ended }).toEqual({ recovered: 17, ended: 117 });
    expect(criticalPath).toEqual(['uploads', 'api', 'gate', 'traffic']);
  });

  it('counts objectives from the start of their clock and says which cannot be met', () => {
    const { nodes, budgets } = forecast(planOf(shop), { elapsed: 14 });
    expect(nodes.get('gate')).toEqual({ start: 11, finish: 16, latestStart: 10, slack: -1 });
    expect(budgets.map(({ node, objective, expected, met }) => [node, objective, expected, met])).toEqual([
      ['db', 'rto', 20, false],
      ['uploads', 'rto', 23, false],
      ['ordering', 'rto', 31, false],
      ['ordering', 'mtpd', 31, true],
    ]);
  });

  it('under way reckons with what is left', () => {
    const left: Record<string, number> = { db: 0, uploads: 4, api: 2 };
    const { nodes, criticalPath } = forecast(planOf(shop), { elapsed: 6, remaining: (node) => left[node] });
    expect(nodes.get('db')).toMatchObject({ start: 0, finish: 0 });
    expect(nodes.get('ordering')).toMatchObject({ finish: 12, latestStart: 24 });
    expect(criticalPath).toEqual(['uploads', 'api', 'gate', 'traffic']);
    const done = forecast(planOf(shop), { remaining: () => 0 });
    expect(done).toMatchObject({ recovered: 0, ended: 0, criticalPath: [] });
  });

  it('gives what is scarce to the node that can wait the least', () => {
    const restore = { occupies: { disk: 1 } };
    const plan = planOf(
      {
        a: { ...restore, takes: [10], objectives: { rto: 100 } },
        b: { ...restore, takes: [10], objectives: { rto: 30 } },
        c: { ...restore, takes: [10, 3], objectives: { rto: 40 } },
      },
      { disk: 1 },
    );
    const starts = [...forecast(plan).nodes].map(([id, { start, finish }]) => [id, start, finish]);
    // All begin to wait at once; the second step of c asks again and is more urgent than a.
    expect(starts).toEqual([
      ['a', 0, 33],
      ['b', 0, 10],
      ['c', 0, 23],
    ]);
    const more = { ...plan, capacity: { disk: 3 } };
    expect([...forecast(more).nodes.values()].map(({ finish }) => finish)).toEqual([10, 10, 13]);
  });

  it('lets what has begun keep what it holds, and never waits for what cannot be', () => {
    const nodes = {
      a: { takes: [10], occupies: { disk: 9 }, objectives: { rto: 5 } },
      b: { takes: [10], occupies: { disk: 1 } },
    };
    const half = { remaining: (id: string) => (id === 'b' ? 4 : undefined) };
    const { nodes: times } = forecast(planOf(nodes, { disk: 2 }), half);
    expect([times.get('b')?.finish, times.get('a')?.finish]).toEqual([4, 14]);
  });

  it('of nothing is nothing', () => {
    expect(forecast(planOf({}))).toMatchObject({ recovered: 0, ended: 0, criticalPath: [], budgets: [] });
  });
});

/** Up to ten nodes, each on some of those drawn before it, in any order of the map. */
/** Plans whose steps take at least so long. */
const random = (least: number) =>
  fc
    .array(
      fc.record({
        on: fc.array(fc.tuple(fc.constantFrom('needs', 'wants', 'after'), fc.nat()), { maxLength: 4 }),
        takes: fc.array(fc.integer({ min: least, max: 5 }), { maxLength: 3 }),
        rto: fc.option(fc.nat({ max: 60 }), { nil: undefined }),
        disk: fc.nat({ max: 3 }),
      }),
      { minLength: 1, maxLength: 10 },
    )
    .map((drawn) =>
      drawn.map(({ on, takes, rto, disk }, at): [string, Given] => {
        const of = (kind: string) =>
          at === 0 ? [] : on.filter(([edge]) => edge === kind).map(([, to]) => `n${to % at}`);
        const objectives = rto === undefined ? {} : { objectives: { rto } };
        const occupies: Record<string, number> = disk > 0 ? { disk } : {};
        return [
          `n${at}`,
          { needs: of('needs'), wants: of('wants'), after: of('after'), takes, occupies, ...objectives },
        ];
      }),
    )
    .chain((entries) => fc.shuffledSubarray(entries, { minLength: entries.length }))
    .map((entries) => Object.fromEntries(entries));

const sum = (takes: readonly number[] = []) => takes.reduce((total, one) => total + one, 0);
const before = ({ needs = [], wants = [], after = [] }: Given) => [...needs, ...wants, ...after];

describe('a forecast of any plan', () => {
  it('agrees with the definitions, applied one by one', () => {
    const finish = (plan: Record<string, Given>, id: string): number =>
      Math.max(0, ...before(plan[id]!).map((other) => finish(plan, other))) + sum(plan[id]!.takes);
    const latestFinish = (plan: Record<string, Given>, id: string): number => {
      const held = Object.keys(plan).filter((other) =>
        [...plan[other]!.needs!, ...plan[other]!.wants!].includes(id),
      );
      const own = plan[id]!.objectives?.rto ?? Infinity;
      return Math.min(own, ...held.map((other) => latestFinish(plan, other) - sum(plan[other]!.takes)));
    };
    fc.assert(
      fc.property(random(0), (given) => {
        const seen = forecast(planOf(given));
        for (const id of Object.keys(given)) {
          const node = seen.nodes.get(id)!;
          const latest = latestFinish(given, id) - sum(given[id]!.takes);
          expect(node.finish).toBe(finish(given, id));
          expect(node.start).toBe(node.finish - sum(given[id]!.takes));
          expect(node.latestStart ?? Infinity).toBe(latest);
        }
        expect(sum(seen.criticalPath.map((id) => sum(given[id]!.takes)))).toBe(seen.recovered);
      }),
    );
  });

  // In which order steps of no length take what is free at one instant is nobody's promise.
  it('with capacity agrees with a clock that ticks', () => {
    fc.assert(
      fc.property(random(1), fc.integer({ min: 1, max: 4 }), (given, disk) => {
        const { nodes } = forecast(planOf(given, { disk }));
        const priority = (id: string) => nodes.get(id)!.latestStart ?? Infinity;
        const order = [...nodes.keys()];
        expect(Object.fromEntries([...nodes].map(([id, { finish }]) => [id, finish]))).toEqual(
          tick(given, disk, (a, b) => priority(a) - priority(b) || order.indexOf(a) - order.indexOf(b)),
        );
      }),
    );
  });

  it('is the same each time', () => {
    fc.assert(
      fc.property(random(0), (given) => {
        const again = forecaster(planOf(given, { disk: 2 }));
        expect(again()).toEqual(again());
      }),
    );
  });
});

/** The same rules, tick by tick: whoever has what it needs and is first in line takes what is free. */
function tick(given: Record<string, Given>, disk: number, order: (a: string, b: string) => number) {
  const ids = Object.keys(given);
  const state = new Map(ids.map((id) => [id, { step: 0, left: undefined as number | undefined }]));
  const finish: Record<string, number> = {};
  const amount = (id: string) => Math.min(given[id]!.occupies?.['disk'] ?? 0, disk);
  let free = disk;
  for (let now = 0; Object.keys(finish).length < ids.length; now += 1) {
    for (let moved = true; moved;) {
      moved = false;
      for (const id of ids) {
        const one = state.get(id)!;
        if (one.left !== 0) continue;
        [one.left, one.step, free, moved] = [undefined, one.step + 1, free + amount(id), true];
      }
      for (const id of ids) {
        if (id in finish || state.get(id)!.step < given[id]!.takes!.length) continue;
        if (!before(given[id]!).every((other) => other in finish)) continue;
        [finish[id], moved] = [now, true];
      }
      const waiting = ids.filter((id) => {
        const one = state.get(id)!;
        const ready = before(given[id]!).every((other) => other in finish);
        return ready && one.left === undefined && one.step < given[id]!.takes!.length;
      });
      for (const id of waiting.sort(order)) {
        if (moved || amount(id) > free) continue;
        const one = state.get(id)!;
        [one.left, free, moved] = [given[id]!.takes![one.step]!, free - amount(id), true];
      }
    }
    for (const one of state.values()) if (one.left !== undefined) one.left -= 1;
  }
  return finish;
}
