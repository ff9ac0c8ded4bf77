import { describe, expect, it } from '@jest/globals';
import type { Plan, PlanNode } from '../../../core/plan.ts';
import { viewOf } from '../../../core/run/view-of.ts';
import { doStep, makeGate, makeNode, makePlan } from './make-plan.ts';
import { Simulation } from './simulate.ts';

const restore = doStep('restore', { phase: 'recover', touches: 'data', rerun: 'once' });
const undo = doStep('undo', { phase: 'rollback', touches: 'data' });

const system = (id: string, more: Partial<PlanNode> = {}) => makeNode(id, { steps: [restore], ...more });
const rollback = (name: string, after: string[]) =>
  makeNode(`${name}.rollback`, { name, kind: 'rollback', after: [name, ...after], steps: [undo] });

/** An api on a database, both with a way back; a third system has begun nothing while a gate is shut. */
const planOf = (more: readonly PlanNode[] = [], api: Partial<PlanNode> = {}): Plan =>
  makePlan([
    system('db'),
    system('api', { needs: ['db'], ...api }),
    makeGate('go', { needs: ['api'] }),
    system('traffic', { needs: ['go'] }),
    rollback('db', ['api', 'api.rollback']),
    rollback('api', ['traffic', 'traffic.rollback']),
    rollback('traffic', []),
    ...more,
  ]);

function begun(plan = planOf()): Simulation {
  const run = new Simulation(plan);
  run.end('db/1/recover/restore#1');
  run.end('api/1/recover/restore#1');
  return run;
}

/** The verdict, or why it is refused. */
function order(run: Simulation, set: 'rollback' | 'cancel' | 'kill'): string {
  const verdict = run.decide({ propose: [{ on: 'run', set }] });
  const voted = run.events.findLast((event) => event.type === 'voted');
  return voted?.why ?? verdict;
}
const roll = (run: Simulation) => order(run, 'rollback');
const statusOf = (run: Simulation, id: string) => run.state.nodes[id]!.status;

describe('a rollback', () => {
  it('is no part of a run in which nobody orders it', () => {
    const run = begun();
    expect(viewOf(run.state, run.state.now).inner).toEqual([]);
    run.answer('go/1/gate/decide#1', 'approve');
    run.end('traffic/1/recover/restore#1');
    expect(run.state.status).toBe('recovered');
  });

  it('undoes what was begun, what stands on others first, and nothing else', () => {
    const run = begun();
    expect(roll(run)).toBe('counted');
    expect(run.underWay).toEqual(['api/1/rollback/undo#1']);
    expect(run.asks).toEqual([]);
    run.continueAsNew();
    run.end('api/1/rollback/undo#1');
    expect(run.underWay).toEqual(['db/1/rollback/undo#1']);
    run.end('db/1/rollback/undo#1');
    expect(run.state.status).toBe('cancelled');
    expect(statusOf(run, 'traffic.rollback')).toBe('left-out');
    const { nodes } = viewOf(run.state, run.state.now);
    expect(nodes.filter(({ rolledBack }) => rolledBack).map(({ id }) => id)).toEqual(['db', 'api']);
  });

  it('waits for what runs, and undoes that, too', () => {
    const run = new Simulation(planOf());
    roll(run);
    expect(run.underWay).toEqual(['db/1/recover/restore#1']);
    run.end('db/1/recover/restore#1', 'failed');
    expect(run.underWay).toEqual(['db/1/rollback/undo#1']);
  });

  it('asks people where a step of it fails, and goes on with the next system when they leave it out', () => {
    const run = begun();
    roll(run);
    run.end('api/1/rollback/undo#1', 'failed', { message: 'the old one does not start' });
    expect(run.underWay).toEqual([]);
    run.answer(run.asks[0]!, 'leave-out');
    expect(run.underWay).toEqual(['db/1/rollback/undo#1']);
    expect(statusOf(run, 'api.rollback')).toBe('failed');
  });

  it('puts off the question whether to clean up until it is over', () => {
    const run = begun(
      planOf([
        makeGate('cleanup', { needs: [], after: ['db', 'api', 'traffic'] }),
        makeNode('db.cleanup', {
          name: 'db',
          kind: 'cleanup',
          needs: ['cleanup'],
          steps: [doStep('tidy', { phase: 'cleanup' })],
        }),
      ]),
    );
    order(run, 'cancel');
    expect(run.asks).toEqual(['cleanup/1/gate/decide#1']);
    roll(run);
    expect(run.asks).toEqual([]);
    run.end('api/1/rollback/undo#1');
    run.end('db/1/rollback/undo#1');
    expect(run.asks).toEqual(['cleanup/1/gate/decide#2']);
    run.answer('cleanup/1/gate/decide#2', 'approve');
    run.end('db/1/cleanup/tidy#1');
    expect(run.state.status).toBe('cancelled');
  });

  it('is refused behind a step without return', () => {
    const run = begun(planOf([], { steps: [{ ...restore, noReturn: true }] }));
    expect(roll(run)).toMatch(
      /restore of api was begun, and nothing leads back behind it: only failback does/,
    );
    expect(run.underWay).toEqual([]);
  });

  it('is refused where there is no way back, once it was ordered, and when the clean-up has begun', () => {
    expect(roll(new Simulation(makePlan([system('db')])))).toMatch(
      /no system of this run has rollback steps/,
    );
    const run = begun();
    roll(run);
    expect(roll(run)).toMatch(/ending already \(rollback\)/);
    const late = begun(
      planOf([
        makeNode('db.cleanup', {
          name: 'db',
          kind: 'cleanup',
          after: ['db'],
          steps: [doStep('tidy', { phase: 'cleanup' })],
        }),
      ]),
    );
    expect(roll(late)).toMatch(/the clean-up has begun/);
  });

  it('goes on when its steps are killed', () => {
    const run = begun();
    roll(run);
    order(run, 'kill');
    run.end('api/1/rollback/undo#1', 'stopped');
    expect(run.asks).toHaveLength(1);
    expect(run.state.ending).toBe('rollback');
  });
});
