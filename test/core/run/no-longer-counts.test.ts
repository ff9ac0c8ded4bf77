import { describe, expect, it } from '@jest/globals';
import { viewOf } from '../../../core/run/view-of.ts';
import { choice, doStep, makeGate, makeNode, makePlan } from './make-plan.ts';
import { makePair, makeRoster, member } from './make-roster.ts';
import { Simulation } from './simulate.ts';

const [hers, sealed] = [makePair().public, makePair().public];
const roster = makeRoster(
  {
    ada: member(['commander'], { deputies: ['dan'] }),
    bob: member(['dba'], { keys: [hers] }),
    cid: member(['dba']),
    dan: member(['dba']),
  },
  { breakGlass: { person: 'cid', key: sealed, wait: 60_000 } },
);
const go = 'go/1/gate/decide#1';
const record = (set: object) => ({ propose: [{ on: 'record', set }] });
const glass = { propose: [{ on: 'step', path: 'go/1/gate/decide', set: 'breakGlass' }] };

function atGate(not: readonly string[] = []): Simulation {
  const choices = [
    choice('approve', { by: [{ role: 'dba', count: 2 }], then: [{ on: 'step', set: 'pass' }] }),
    choice('reject', { rejects: true }),
  ];
  return new Simulation(makePlan([makeGate('go', {}, { choices, not: [...not] })]), { roster });
}

function signed(run: Simulation, key: string, what: () => string): string {
  run.key = key;
  const said = what();
  run.key = undefined;
  return said;
}

const voters = (run: Simulation) => viewOf(run.state, run.state.now).asks[0]!.votes.map(({ by }) => by);

describe('a key that is revoked', () => {
  it('takes its votes out of what is still open, and stands in the report', () => {
    const run = atGate();
    expect(signed(run, hers.id, () => run.answer(go, 'approve', 'bob'))).toBe('counted');
    expect(run.decide(record({ revoke: hers.id }), 'ada', 'stolen')).toBe('counted');
    expect(voters(run)).toEqual([]);
    expect(run.state.deviations).toMatchObject([
      { by: 'ada', text: `the key ${hers.id} was revoked`, reason: 'stolen' },
    ]);
    run.continueAsNew();
    expect(run.answer(go, 'approve', 'cid')).toBe('counted');
    expect(run.status('go')).toBe('running');
    expect(run.answer(go, 'approve', 'bob')).toBe('counted'); // with another key of hers
    expect(run.status('go')).toBe('passed');
  });

  it('opens nothing any more where it is the sealed one, though its wait has begun', () => {
    const run = atGate();
    expect(signed(run, sealed.id, () => run.decide(glass, 'cid'))).toBe('counted');
    expect(run.decide(record({ revoke: sealed.id }), 'ada')).toBe('counted');
    run.pass(120_000);
    expect(run.asks).toEqual([go]);
    expect(run.status('go')).toBe('running');
  });
});

describe('the command that goes to another', () => {
  const handOver = (run: Simulation, from: string, to: string) => {
    expect(run.decide(record({ commander: to }), from)).toBe('counted');
    expect(run.decide(record({ command: 'accept' }), to)).toBe('counted');
  };

  it('is taken by who was offered it, and not by a deputy of who commands', () => {
    const run = atGate();
    run.decide(record({ commander: 'bob' }), 'ada');
    expect(run.decide(record({ command: 'accept' }), 'dan')).toBe('not-commander');
    expect(run.decide(record({ command: 'accept' }), 'ada')).toBe('not-commander');
    expect(run.decide(record({ command: 'accept' }), 'bob')).toBe('counted');
  });

  it('takes the vote of who may not vote any more, for good: a gate never stands full and shut', () => {
    const run = atGate(['commander']);
    run.answer(go, 'approve', 'bob');
    handOver(run, 'ada', 'bob');
    run.answer(go, 'approve', 'cid');
    handOver(run, 'bob', 'ada');
    expect(voters(run)).toEqual(['cid']);
    expect(run.answer(go, 'approve', 'bob')).toBe('counted');
    expect(run.status('go')).toBe('passed');
  });
});

describe('a step of which nobody knows how it ended', () => {
  const steps = [doStep('work', { rerun: 'once', touches: 'data' } as never)];
  const unknown = () => {
    const run = new Simulation(makePlan([makeNode('db', { steps })]));
    run.end('db/1/recover/work#1', 'unknown');
    run.end('db/1/recover/work#1~settle', 'failed');
    return run;
  };

  it('is not settled by one person who leaves its system out', () => {
    const run = unknown();
    expect(run.decide({ propose: [{ on: 'node', node: 'db', set: 'leaveOut' }] })).toBe('not-possible');
    expect(run.events.at(-1)).toMatchObject({
      why: 'nobody knows how db/work ended, and two people are asked what now: answer that',
    });
    expect(run.answer('db/1/recover/work?unknown#1', 'leave-out')).toBe('counted');
  });

  it('shows a second person the answers that she agrees to', () => {
    const run = new Simulation(makePlan([makeNode('db', { steps: [doStep('work'), doStep('more')] })]));
    run.end('db/1/recover/work#1', 'failed');
    const done = { on: 'step', path: 'db/1/recover/work', set: 'done', outputs: { primary: 'evil.example' } };
    expect(run.decide({ propose: [done] }, 'ada', 'by hand')).toBe('counted');
    const ask = viewOf(run.state, run.state.now).asks.find(({ about }) => about.question === 'proposal');
    expect(ask?.ask.title).toContain('with primary "evil.example" (by hand)');
  });
});
