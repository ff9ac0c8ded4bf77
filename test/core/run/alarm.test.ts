import { describe, expect, it } from '@jest/globals';
import { choice, doStep, makeGate, makeNode, makePlan } from './make-plan.ts';
import { makeRoster, member } from './make-roster.ts';
import { Simulation } from './simulate.ts';

const roster = makeRoster({
  ann: member(['incident-commander'], { deputies: ['dan'] }),
  bob: member(['dba']),
  dan: member(['duty-manager']),
  eve: member(['press']),
});
const by = [
  { role: 'incident-commander', count: 1 },
  { role: 'dba', count: 1 },
];
const declared = 'declaration/1/gate/decide';
const proposed = (set: string) => ({ propose: [{ on: 'run', set }] });

/** A run that an alarm started and that waits to be declared, as the compiler would make it. */
function alarmed(starter = 'trigger:shop-down', not: string[] = ['starter']) {
  const choices = [
    choice('approve', { by, then: [{ on: 'step', set: 'pass' }] }),
    choice('reject', { rejects: true }),
  ];
  const ready = doStep('ready', { phase: 'prepare' });
  const plan = makePlan([
    makeNode('a.prepare', { kind: 'prepare', name: 'a', steps: [ready] }),
    makeGate('declaration', {}, { kind: 'declaration', choices, not }),
    makeNode('a', { needs: ['a.prepare', 'declaration'] }),
  ]);
  return new Simulation(plan, { roster, by: starter });
}

describe('a run that an alarm started', () => {
  it('prepares, and does nothing else before people have declared', () => {
    const run = alarmed();
    expect(run.underWay).toEqual(['a/1/prepare/ready#1']);
    run.end('a/1/prepare/ready#1');
    expect(run.underWay).toEqual([]);
    expect(run.answer(`${declared}#1`, 'approve', 'ann')).toBe('counted');
    expect(run.underWay).toEqual([]);
    expect(run.answer(`${declared}#1`, 'approve', 'bob')).toBe('counted');
    expect(run.underWay).toEqual(['a/1/recover/work#1']);
  });

  it('is not declared in the name of what started it', () => {
    const run = alarmed('trigger:shop-down', []);
    expect(run.answer(`${declared}#1`, 'approve', 'trigger:shop-down')).toBe('wrong-role');
    expect(run.decide(proposed('hold'), 'trigger:shop-down')).toBe('not-commander');
  });

  it('is steered by whoever may declare it, and by nobody else, until it is declared', () => {
    const run = alarmed();
    for (const person of ['dan', 'eve']) expect(run.decide(proposed('hold'), person)).toBe('not-commander');
    expect(run.decide(proposed('hold'), 'bob')).toBe('counted');
    expect(run.decide(proposed('resume'), 'ann')).toBe('counted');
    expect(run.decide(proposed('standDown'), 'ann')).toBe('counted');
    run.end('a/1/prepare/ready#1');
    expect(run.state.status).toBe('stood-down');
    expect(run.events.filter(({ type }) => type === 'tried')).toHaveLength(1);
  });

  it('is commanded by whoever declared it last, and by the deputies', () => {
    const run = alarmed();
    run.answer(`${declared}#1`, 'approve', 'bob');
    expect(run.state.commander).toBe('trigger:shop-down');
    run.answer(`${declared}#1`, 'approve', 'ann');
    expect(run.state.commander).toBe('ann');
    expect(run.events).toContainEqual(
      expect.objectContaining({
        ...{ type: 'changed', by: 'ann', reason: 'because' },
        change: { on: 'record', set: { command: 'accept' } },
      }),
    );
    run.continueAsNew();
    expect(run.decide(proposed('hold'), 'bob')).toBe('not-commander');
    expect(run.decide(proposed('hold'), 'dan')).toBe('counted');
  });

  it('stays shut when people say that it is none; they may be asked again, or stand it down', () => {
    const run = alarmed();
    run.end('a/1/prepare/ready#1');
    expect(run.answer(`${declared}#1`, 'reject', 'bob')).toBe('counted');
    expect(run.status('declaration')).toBe('shut');
    expect(run.state.commander).toBe('trigger:shop-down');
    run.pass(24 * 3_600_000);
    expect([run.underWay, run.state.status]).toEqual([[], 'running']);
    const again = { propose: [{ on: 'step', path: declared, set: 'retry' }] };
    expect(run.decide(again, 'eve')).toBe('not-commander');
    expect(run.decide(again, 'ann')).toBe('counted');
    expect(run.asks).toEqual([`${declared}#2`]);
  });

  it('may be handed over before it is declared; who took the command keeps it', () => {
    const run = alarmed();
    const offer = { propose: [{ on: 'record', set: { commander: 'dan' } }] };
    expect(run.decide(offer, 'ann')).toBe('counted');
    expect(run.decide({ propose: [{ on: 'record', set: { command: 'accept' } }] }, 'dan')).toBe('counted');
    run.answer(`${declared}#1`, 'approve', 'bob');
    run.answer(`${declared}#1`, 'approve', 'ann');
    expect(run.state.commander).toBe('dan');
  });
});

it('who declares what a person started does not take the command', () => {
  const run = alarmed('dan', []);
  run.answer(`${declared}#1`, 'approve', 'ann');
  run.answer(`${declared}#1`, 'approve', 'bob');
  expect(run.state.commander).toBe('dan');
});
