import { describe, expect, it } from '@jest/globals';
import type { Notify } from '../../../core/notice.ts';
import { due } from '../../../core/run/due.ts';
import { snapshotOf } from '../../../core/run/state.ts';
import { choice, makeGate, makeNode, makePlan } from './make-plan.ts';
import { makeRoster, member } from './make-roster.ts';
import { Simulation } from './simulate.ts';

const minute = 60_000;
const everything = ['start', 'asks', 'budgets', 'failures', 'end'] as const;
const wall = (on: Notify['on']): Notify => ({ command: ['wall'], on });

const outbox = (run: Simulation) => due(run.state).notices.map(({ type, to, text }) => [type, to, text]);
const types = (run: Simulation) => due(run.state).notices.map(({ type }) => type);
const told = (run: Simulation) =>
  run.happen({ type: 'told', notices: due(run.state).notices.map(({ id }) => id) });

describe('what others are told', () => {
  it('is nothing where the plan tells nobody', () => {
    const run = new Simulation(makePlan([makeGate('go')]));
    expect(run.asks).toHaveLength(1);
    expect(due(run.state).notices).toEqual([]);
  });

  it('is due until the courier has it, and goes to those who want its kind', () => {
    const notify = { pager: wall(['asks']), wall: wall(everything) };
    const run = new Simulation(makePlan([makeNode('a'), makeGate('go', { needs: ['a'] })], { notify }));
    expect(types(run)).toEqual(['run.began']);
    told(run);
    expect(types(run)).toEqual([]);
    run.end('a/1/recover/work#1');
    expect(outbox(run)).toEqual([
      ['ask.opened', 'pager', 'LIVE made: May it go on?'],
      ['ask.opened', 'wall', 'LIVE made: May it go on?'],
    ]);
    expect(snapshotOf(run.state).outbox).toHaveLength(2);
    told(run);
    run.answer('go/1/gate/decide#1', 'approve', 'bob');
    expect(outbox(run)).toEqual([
      ['ask.closed', 'pager', 'LIVE made: passed: May it go on?'],
      ['ask.closed', 'wall', 'LIVE made: passed: May it go on?'],
      ['run.ended', 'wall', 'LIVE made: recovered after 0s'],
    ]);
  });

  it('has the words of who, or what, began it where people are to declare', () => {
    const gate = makeGate('declaration', {}, { kind: 'declaration', title: 'A disaster?' });
    const run = new Simulation(makePlan([gate], { notify: { wall: wall(['asks']) } }));
    expect(outbox(run)).toEqual([['ask.opened', 'wall', 'LIVE made: A disaster? (ada: test)']]);
  });

  it('bears an id that is the same whenever it is derived again, and a choice can be made from it', () => {
    const run = new Simulation(makePlan([makeGate('go')], { notify: { wall: wall(['asks']) } }));
    const [notice] = due(run.state).notices;
    const asked = run.events.find(({ type }) => type === 'asked');
    expect(notice).toMatchObject({
      id: `run-1:${asked!.seq}:wall`,
      node: 'go',
      ask: { try: 'go/1/gate/decide#1', choices: ['approve', 'reject'], kind: 'gate' },
    });
    expect(notice!.ask!.rests).toBe(run.state.open['go/1/gate/decide#1']!.ask!.rests);
  });

  it('is told of failures, of objectives, and of a run that failed', () => {
    const notify = { wall: wall(['failures', 'budgets', 'end']) };
    const plan = makePlan([makeNode('a', { objectives: { rto: 5 * minute } })], { notify });
    const run = new Simulation(plan);
    run.end('a/1/recover/work#1', 'failed', { message: 'no space' });
    run.pass(10 * minute);
    expect(types(run)).toEqual(['ask.opened', 'budget.missed']);
    told(run);
    run.answer('a/1/recover/work?failed#1', 'leave-out', 'bob');
    expect(outbox(run)).toEqual([
      ['node.failed', 'wall', 'LIVE made: a has failed: no space'],
      ['run.ended', 'wall', 'LIVE made: failed after 10m'],
    ]);
  });

  it('is told of a roll call', () => {
    const run = new Simulation(makePlan([makeGate('go')], { notify: { wall: wall(['asks']) } }));
    told(run);
    run.decide({ propose: [{ on: 'record', set: { rollcall: true } }] }, 'ada', 'who is awake?');
    expect(outbox(run)).toEqual([['people.called', 'wall', 'LIVE made: ada calls the roll: who is there?']]);
  });

  it('is never more than a hundred at once', () => {
    const nodes = Array.from({ length: 150 }, (_, at) => makeGate(`go-${at}`));
    const run = new Simulation(makePlan(nodes, { notify: { wall: wall(['asks']) } }));
    expect(due(run.state).notices).toHaveLength(100);
    told(run);
    expect(due(run.state).notices).toHaveLength(50);
  });
});

describe('reminders', () => {
  const plan = makePlan([makeGate('go', {}, { remind: 30 * minute, timeout: 100 * minute })], {
    notify: { wall: wall(['asks']) },
  });

  it('come as often as the ask says, until it is answered or closes', () => {
    const run = new Simulation(plan);
    told(run);
    const seen = Array.from({ length: 11 }, () => run.pass(10 * minute).map(({ type }) => type));
    const reminded = seen.flatMap((all, at) => (all.includes('reminded') ? [(at + 1) * 10] : []));
    expect(reminded).toEqual([30, 60, 90]);
    expect(outbox(run).map(([, , text]) => text)).toEqual([
      'LIVE made: open for 30m: May it go on?',
      'LIVE made: open for 1h: May it go on?',
      'LIVE made: open for 1h 30m: May it go on?',
      'LIVE made: expired: May it go on?',
    ]);
  });

  it('come once where nobody was there to remind for hours', () => {
    const run = new Simulation(plan);
    expect(run.pass(95 * minute).filter(({ type }) => type === 'reminded')).toHaveLength(1);
    expect(due(run.state).wakeAt).toBe(run.state.open['go/1/gate/decide#1']!.at + 100 * minute);
  });

  it('say which role the ladder has come to', () => {
    const roster = makeRoster({ bob: member(['duty-manager']) });
    const ask = {
      choices: [choice('approve', { by: [{ role: 'ciso', count: 1 }], then: [{ on: 'step', set: 'pass' }] })],
      escalate: [{ after: 10 * minute, to: 'duty-manager' }],
    };
    const run = new Simulation(makePlan([makeGate('go', {}, ask)], { notify: { wall: wall(['asks']) } }), {
      roster,
    });
    expect(run.answer('go/1/gate/decide#1', 'approve', 'bob')).toBe('wrong-role');
    told(run);
    run.pass(10 * minute);
    expect(due(run.state).notices).toMatchObject([{ type: 'ask.escalated', ask: { role: 'duty-manager' } }]);
    expect(run.answer('go/1/gate/decide#1', 'approve', 'bob')).toBe('counted');
  });
});
