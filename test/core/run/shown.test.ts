import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Event } from '../../../core/event.ts';
import { doStep, makeGate, makeNode, makePlan } from './make-plan.ts';
import { Simulation } from './simulate.ts';

const seed = Number(process.env['SEED'] ?? Date.now() % 1_000_000);

const shownAt = (run: Simulation, ask: string) =>
  run.events.find(
    (event): event is Extract<Event, { type: 'asked' }> => event.type === 'asked' && event.try === ask,
  )!.shown;

describe('what people are shown when a gate opens', () => {
  it('is the data under what it rests on, with the recovery point', () => {
    const run = new Simulation(
      makePlan([makeNode('db'), makeNode('api', { needs: ['db'] }), makeGate('go', { needs: ['api'] })]),
    );
    run.end('db/1/recover/work#1', 'passed', { recoveredUpTo: 990_000, point: 'base-7' });
    run.end('api/1/recover/work#1');
    expect(shownAt(run, 'go/1/gate/decide#1').rests).toEqual([
      { node: 'api', status: 'passed', verifiedAt: 1_000_000 },
      { node: 'db', status: 'passed', verifiedAt: 1_000_000, recoveredUpTo: 990_000, point: 'base-7' },
    ]);
  });

  it('is when all would be there, and until when it can wait, objective by objective', () => {
    const run = new Simulation(
      makePlan([
        makeGate('go'),
        makeNode('traffic', { needs: ['go'], steps: [doStep('switch', { takes: 60_000 })] }),
        makeNode('alone', { steps: [doStep('work', { takes: 600_000 })], objectives: { rto: 900_000 } }),
        makeNode('ordering', {
          ...{ kind: 'function', needs: ['traffic', 'alone'], steps: [] },
          objectives: { rto: 700_000, mtpd: 800_000 },
        }),
      ]),
    );
    expect(shownAt(run, 'go/1/gate/decide#1').ifNow).toEqual({
      finish: 1_600_000,
      openBy: [
        { node: 'ordering', objective: 'rto', at: 1_640_000 },
        { node: 'ordering', objective: 'mtpd', at: 1_740_000 },
      ],
    });
  });

  it('counts what comes after a gate inside its own system', () => {
    const { steps } = makeGate('go');
    const run = new Simulation(
      makePlan([
        makeNode('db', {
          steps: [doStep('copy'), steps[0]!, doStep('start', { takes: 5_000 })],
          objectives: { rto: 60_000 },
        }),
      ]),
    );
    run.pass(1_000);
    run.end('db/1/recover/copy#1');
    expect(shownAt(run, 'db/1/gate/decide#1').ifNow).toEqual({
      finish: 1_006_000,
      openBy: [{ node: 'db', objective: 'rto', at: 1_055_000 }],
    });
  });

  it('costs no objective where the clock starts with the declaration that is asked for, and nothing where all is there', () => {
    const objectives = { rto: 60_000 };
    const declaration = makeGate('declaration', {}, { kind: 'declaration' });
    const nodes = [declaration, makeNode('db', { needs: ['declaration'], objectives })];
    const openBy = (clock: 'declaration' | 'disruption') =>
      shownAt(new Simulation(makePlan(nodes, { clock })), 'declaration/1/gate/decide#1').ifNow!.openBy;
    expect(openBy('declaration')).toEqual([]);
    expect(openBy('disruption')).toHaveLength(1);
    const run = new Simulation(
      makePlan([makeNode('db', { objectives }), makeGate('cleanup', { after: ['db'] })]),
    );
    run.end('db/1/recover/work#1');
    expect(shownAt(run, 'cleanup/1/gate/decide#1').ifNow).toBeUndefined();
  });

  it('is not reckoned for questions, of which there may be thousands', () => {
    const run = new Simulation(makePlan([makeNode('db', { objectives: { rto: 60_000 } })]));
    run.end('db/1/recover/work#1', 'failed');
    expect(shownAt(run, 'db/1/recover/work?failed#1')).not.toHaveProperty('ifNow');
  });

  it(`holds in any graph: in time if opened by then, late a moment later (seed ${seed})`, () => {
    const node = fc.record({
      needs: fc.array(fc.nat(20), { maxLength: 3 }),
      takes: fc.integer({ min: 1, max: 1_000 }),
      rto: fc.option(fc.integer({ min: 1, max: 8_000 })),
    });
    fc.assert(
      fc.property(fc.array(node, { minLength: 1, maxLength: 12 }), (given) => {
        const nodes = given.map(({ needs, takes, rto }, at) => {
          const before = needs.map((need) => need % (at + 1));
          return makeNode(`n${at}`, {
            needs: [...new Set(before)].map((need) => (need === at ? 'go' : `n${need}`)),
            steps: [doStep('work', { takes })],
            ...(rto !== null && { objectives: { rto } }),
          });
        });
        const start = 1_000_000;
        const there = (id: string, opened: number): number => {
          if (id === 'go') return opened;
          const { needs, steps } = nodes.find((one) => one.id === id)!;
          return Math.max(start, ...needs.map((need) => there(need, opened))) + steps[0]!.takes;
        };
        const run = new Simulation(makePlan([makeGate('go'), ...nodes]));
        const { finish, openBy } = shownAt(run, 'go/1/gate/decide#1').ifNow!;
        expect(finish).toBe(Math.max(...nodes.map(({ id }) => there(id, start))));
        const behind = nodes.filter(
          ({ id, objectives }) => objectives && there(id, start + 99_999) > start + 99_999,
        );
        expect(openBy.map((one) => one.node).toSorted()).toEqual(behind.map(({ id }) => id).toSorted());
        for (const { node: id, at } of openBy) {
          const end = start + nodes.find((one) => one.id === id)!.objectives!.rto!;
          const alone = there(id, -Infinity);
          expect(there(id, at)).toBe(Math.max(end, alone));
          expect(there(id, at + 1)).toBeGreaterThan(end);
        }
      }),
      { seed, numRuns: 300 },
    );
  });
});
