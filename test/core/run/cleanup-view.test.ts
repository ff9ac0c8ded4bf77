import { describe, expect, it } from '@jest/globals';
import type { Plan } from '../../../core/plan.ts';
import { viewOf } from '../../../core/run/view-of.ts';
import { choice, gateStep, plainAsk } from '../../../language/compile/asks.ts';
import { doStep, makeNode, makePlan } from './make-plan.ts';
import { Simulation } from './simulate.ts';

const restore = doStep('restore', { phase: 'recover', touches: 'data', rerun: 'once' });
const sweep = doStep('sweep', { phase: 'cleanup', touches: 'data', rerun: 'idempotent' });

const cleanupOf = (run: Simulation) => viewOf(run.state, run.state.now).cleanup;

describe('how cleaning up stands', () => {
  /** A rehearsal: swept at its end, however it ended. */
  const rehearsal = (): Plan =>
    makePlan([
      makeNode('db', { steps: [restore] }),
      makeNode('run.cleanup', { kind: 'run', name: 'run', after: ['db'], steps: [sweep] }),
    ]);

  it('is not there where nothing of the plan cleans up', () => {
    expect(cleanupOf(new Simulation(makePlan([makeNode('db', { steps: [restore] })])))).toBeUndefined();
  });

  it('waits, runs, and is clean when nothing is left', () => {
    const run = new Simulation(rehearsal());
    expect(cleanupOf(run)).toEqual({ state: 'waits', left: [] });
    run.end('db/1/recover/restore#1');
    expect(cleanupOf(run)).toEqual({ state: 'running', left: [] });
    run.end('run/1/cleanup/sweep#1');
    expect(cleanupOf(run)).toEqual({ state: 'clean', left: [] });
  });

  it('is incomplete where the sweep passed and left something, and says what', () => {
    const run = new Simulation(rehearsal());
    run.end('db/1/recover/restore#1');
    run.end('run/1/cleanup/sweep#1', 'passed', { made: ['/srv/db.aside-1: it is old data'] });
    expect(run.state.status).toBe('recovered');
    expect(cleanupOf(run)).toEqual({ state: 'incomplete', left: ['/srv/db.aside-1: it is old data'] });
  });

  it('asks in a live run, and is kept when people want it so', () => {
    const ask = {
      ...plainAsk,
      kind: 'gate' as const,
      title: 'Clean up?',
      guards: true,
      choices: [choice('keep', 'Keep it', { on: 'node', set: 'leaveOut' })],
    };
    const steps = [gateStep(ask, 'decide', 'gate')];
    const run = new Simulation(
      makePlan([
        makeNode('db', { steps: [restore] }),
        makeNode('cleanup', { kind: 'gate', after: ['db'], steps }),
        makeNode('db.cleanup', { kind: 'cleanup', name: 'db', needs: ['cleanup'], steps: [sweep] }),
      ]),
    );
    expect(cleanupOf(run)?.state).toBe('waits');
    run.end('db/1/recover/restore#1');
    expect(cleanupOf(run)?.state).toBe('asks');
    run.answer('cleanup/1/gate/decide#1', 'keep');
    expect(cleanupOf(run)).toEqual({ state: 'kept', left: [] });
  });
});
