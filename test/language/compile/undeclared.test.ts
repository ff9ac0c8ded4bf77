import { describe, expect, it } from '@jest/globals';
import { isDo, type Plan } from '../../../core/plan.ts';
import { actsUndeclared } from '../../../core/undeclared.ts';
import { Simulation } from '../../core/run/simulate.ts';
import { businessFunction, gate, planOf, runbook, step, system } from './build.ts';

const stop = step('stop', 'stop', { with: { dir: '/srv' } });
const restore = step('restore', 'restore', { with: { to: '/srv', port: '1' }, attest: anybody() });
const look = step('look', 'look');

function anybody() {
  return { by: [{ role: 'anyone', count: 1 }], not: [] };
}

/** A runbook with a step of every phase and kind, each reachable without another system. */
const everything = {
  ...runbook({
    functions: { ordering: businessFunction({ needs: ['traffic'], wants: ['files'] }) },
    systems: {
      db: system({
        prepare: [look, step('ready', 'noop')],
        fence: [stop],
        recover: [restore],
        verify: [look],
        cleanup: [step('tidy', 'restore', { with: { to: '/srv', port: '1' } })],
      }),
      files: system({ fence: { by: 'db' }, recover: [{ ...restore, rerun: 'idempotent' }], verify: [look] }),
      byHand: system({
        fence: { none: 'nobody writes to it' },
        prepare: [step('call', 'ask', { with: { instructions: 'Call them' } })],
        recover: [step('do', 'ask', { with: { instructions: 'Do it' } })],
      }),
      outside: system({
        fence: { none: 'not ours' },
        recover: [step('mail', 'say', { with: { text: 'down' }, touches: 'outside' })],
      }),
      dns: system({ external: true, verify: [look] }),
      traffic: system({
        needs: ['go'],
        fence: [stop],
        recover: [step('switch', 'switch', { noReturn: true, gate: 'own' })],
        cleanup: [stop],
      }),
    },
    gates: { go: gate(), own: gate() },
  }),
  declare: anybody(),
};
const plan = planOf(everything);
const tried = (run: Simulation) =>
  run.events.flatMap((event) => (event.type === 'tried' ? [event.path] : []));

/** The run with its claims, everything that may end ended well, and every ask but some answered. */
function goOn(plan: Plan, leave: readonly string[], choose: (choices: readonly string[]) => string) {
  const run = new Simulation(plan, { by: 'trigger:alarm' });
  run.happen({ type: 'claimed' });
  for (let turns = 0; turns < 100; turns += 1) {
    const asks = run.asks.filter((ask) => !leave.includes(ask.split('/')[0]!));
    for (const ask of asks) {
      const names = run.state.open[ask]!.ask!.ask.choices.map(({ name }) => name);
      run.answer(ask, choose(names));
    }
    for (const id of run.underWay) run.end(id);
  }
  return run;
}

describe('a runbook that people declare', () => {
  it('has nothing but its read-only prepare before the declaration, whatever else is decided', () => {
    const run = goOn(plan, ['declaration'], ([first]) => first!);
    expect(tried(run)).toEqual(['db/1/prepare/look', 'db/1/prepare/ready']);
    expect(run.asks).toEqual(['declaration/1/gate/decide#1']);
    const { steps } = plan.nodes['db.prepare']!;
    expect(steps.map((one) => [isDo(one), one.touches])).toEqual(steps.map(() => [true, 'nothing']));
    expect(actsUndeclared(plan)).toEqual([]);
  });

  it('asks people for nothing else before: no gate, though it needs nothing, and no manual step', () => {
    const run = new Simulation(plan, { by: 'trigger:alarm' });
    run.happen({ type: 'claimed' });
    expect(run.asks).toEqual(['declaration/1/gate/decide#1']);
    run.answer('declaration/1/gate/decide#1', 'approve');
    expect(run.asks).toEqual(expect.arrayContaining(['go/1/gate/decide#1', 'byHand/1/prepare/call#1']));
  });

  it('touches nothing when that is rejected, nor when it is stood down, nor at its end', () => {
    const run = goOn(plan, [], (names) => (names.includes('reject') ? 'reject' : names[0]!));
    expect(run.status('declaration')).toBe('shut');
    run.decide({ propose: [{ on: 'run', set: 'standDown' }] });
    for (const ask of run.asks) run.answer(ask, 'clean-up');
    for (const id of run.underWay) run.end(id);
    run.happen({ type: 'released' });
    expect(run.state.status).toBe('stood-down');
    expect(tried(run)).toEqual(['db/1/prepare/look', 'db/1/prepare/ready']);
  });

  it('goes through to its end, clean-up included, once it is declared', () => {
    const run = goOn(plan, [], ([first]) => first!);
    run.happen({ type: 'released' });
    expect(run.state.status).toBe('recovered');
    expect(tried(run)).toEqual(expect.arrayContaining(['traffic/1/recover/switch', 'db/1/cleanup/tidy']));
  });

  it('is told from one in which something acts before', () => {
    const { declare: _, ...undeclared } = everything;
    expect(actsUndeclared(planOf(undeclared))).toContain('db/1/fence/stop');
    const { db } = plan.nodes;
    const loose = { ...plan, nodes: { ...plan.nodes, db: { ...db!, needs: [] } } };
    expect(actsUndeclared(loose)).toEqual(['db/1/recover/restore']);
  });
});
