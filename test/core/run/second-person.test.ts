import { describe, expect, it } from '@jest/globals';
import { anyone } from '../../../core/ask.ts';
import { due } from '../../../core/run/due.ts';
import { choice, doStep, makeGate, makeNode, makePlan, questions } from './make-plan.ts';
import { makePair, makeRoster, member } from './make-roster.ts';
import { Simulation } from './simulate.ts';

const path = 'a/1/prepare/look';
const skip = { propose: [{ on: 'step', path, set: 'skip' }] };
const twice = [{ role: 'anyone', count: 2 }];
const skips = { on: 'step', set: 'skip' } as const;
const proposal = `${path}?proposal#1`;

/** A live run on hold before a step that may be skipped. */
function onHold(more: Parameters<typeof makePlan>[1] = {}) {
  const steps = [doStep('look', { phase: 'prepare' }), doStep('work')];
  const run = new Simulation(makePlan([makeNode('a', { steps })], more));
  run.end(`${path}#1`, 'failed');
  return run;
}

describe('skipping a step of a live run', () => {
  it('waits for a second person to agree', () => {
    const run = onHold();
    expect(run.decide(skip, 'ada')).toBe('counted');
    expect(run.state.nodes['a']!.step).toBe(0);
    expect(run.answer(proposal, 'approve', 'Ada ')).toBe('already-voted');
    expect(run.answer(proposal, 'approve', 'bob')).toBe('counted');
    expect(run.state.nodes['a']!.step).toBe(1);
    expect(run.state.deviations).toMatchObject([{ by: 'ada', text: `${path} skipped` }]);
    expect(run.state.deviations[0]!.reason).toContain('bob agreed');
  });

  it('names both who answered the question about it, each with her reason', () => {
    const two = { ...questions.failed, choices: [choice('skip', { by: twice, then: [skips] })] };
    const run = onHold({ questions: { ...questions, failed: two } });
    const asked = `${path}?failed#1`;
    expect(run.answer(asked, 'skip', 'ada', { reason: 'nothing to look at' })).toBe('counted');
    expect(run.answer(asked, 'skip', 'bob', { reason: 'so it is' })).toBe('counted');
    expect(run.state.deviations).toMatchObject([
      { by: 'ada', text: `${path} skipped`, reason: 'nothing to look at; bob agreed: so it is' },
    ]);
  });

  it('does not happen when somebody rejects it, and may be proposed again', () => {
    const run = onHold();
    run.decide(skip, 'ada');
    expect(run.decide(skip, 'bob')).toBe('not-possible');
    expect(run.answer(proposal, 'reject', 'bob')).toBe('counted');
    expect(run.state.nodes['a']!.step).toBe(0);
    expect(run.decide(skip, 'ada')).toBe('counted');
    expect(run.asks).toContain(`${path}?proposal#2`);
  });

  it('is moot when the step has been tried again meanwhile', () => {
    const run = onHold();
    run.decide(skip, 'ada');
    run.decide({ propose: [{ on: 'step', path, set: 'retry' }] }, 'ada');
    expect(run.asks).toEqual([]);
    expect(run.underWay).toEqual([`${path}#2`]);
  });

  it('needs nobody else in a rehearsal', () => {
    const run = onHold({ mode: 'rehearsal' });
    run.decide(skip, 'ada');
    expect(run.state.nodes['a']!.step).toBe(1);
  });

  it('is not forgotten when the run continues as new', () => {
    const run = onHold();
    run.decide(skip, 'ada');
    run.continueAsNew();
    expect(run.answer(proposal, 'approve', 'ada')).toBe('already-voted');
    expect(run.answer(proposal, 'approve', 'bob')).toBe('counted');
    expect(run.state.nodes['a']!.step).toBe(1);
  });
});

it('a disaster is declared at the moment when people did', () => {
  const gate = makeGate('declaration', {}, { kind: 'declaration' });
  const run = new Simulation(makePlan([gate, makeNode('a', { needs: ['declaration'] })]));
  run.pass(90_000);
  expect(run.state.moments.declaration).toEqual({ at: 1_000_000, assumed: true });
  run.answer('declaration/1/gate/decide#1', 'approve', 'bob');
  expect(run.state.moments.declaration).toEqual({ at: 1_090_000, assumed: false });
  expect(run.underWay).toEqual(['a/1/recover/work#1']);
});

describe('breaking the glass of a gate', () => {
  const sealed = makePair();
  const roster = makeRoster(
    { ada: member(['commander-in-chief']), bob: member(['dba']), eve: member(['director']) },
    { breakGlass: { person: 'eve', key: sealed.public, wait: 60_000 } },
  );
  const gate = 'go/1/gate/decide';
  const glass = `${gate}?break-glass#1`;
  const breakIt = { propose: [{ on: 'step', path: gate, set: 'breakGlass' }] };

  function atGate() {
    const choices = [
      choice('approve', { by: [{ role: 'dba', count: 1 }], then: [{ on: 'step', set: 'pass' }] }),
      choice('reject', { rejects: true }),
    ];
    const plan = makePlan([makeGate('go', {}, { choices }), makeNode('a', { needs: ['go'] })]);
    return new Simulation(plan, { roster });
  }

  it('is for the sealed key alone', () => {
    const run = atGate();
    expect(run.decide(breakIt, 'eve')).toBe('wrong-role');
    run.key = makePair().public.id;
    expect(run.decide(breakIt, 'eve')).toBe('wrong-role');
    expect(run.asks).toEqual([`${gate}#1`]);
  });

  it('is told to others: who, when, why, until when anyone may object, whose objection, what came of it', () => {
    const choices = [
      choice('approve', { by: anyone, then: [{ on: 'step', set: 'pass' }] }),
      choice('reject', { rejects: true }),
    ];
    const notify = { wall: { command: ['wall'], on: ['asks'] } } as const;
    const told = (after: (run: Simulation) => void) => {
      const run = new Simulation(makePlan([makeGate('go', {}, { choices })], { notify }), { roster });
      run.key = sealed.public.id;
      run.decide(breakIt, 'eve', 'all phones are dead');
      run.key = undefined;
      after(run);
      return due(run.state).notices.filter(({ ask }) => ask?.kind === 'break-glass');
    };
    const broke = 'eve broke the glass of go at 1970-01-01 00:16 UTC (all phones are dead)';
    const [opened, closed] = told((run) => run.pass(60_000));
    expect(opened!.text).toBe(
      `LIVE made: ${broke}. Anyone may object until 1970-01-01 00:17 UTC: muster object go. Unless somebody does, go opens then by itself`,
    );
    expect(opened!.ask!.closesAt).toBe(opened!.at + 60_000);
    expect(closed!.text).toBe(`LIVE made: ${broke}. Nobody objected until 1970-01-01 00:17 UTC: go is open`);
    const [, objected] = told((run) => run.answer(glass, 'object', 'bob'));
    expect(objected!.text).toBe(
      `LIVE made: bob objected at 1970-01-01 00:16 UTC: go does not open. ${broke}`,
    );
    const [, otherwise] = told((run) => run.answer(`${gate}#1`, 'approve', 'bob'));
    expect(otherwise!.text).toContain('That is over: go was decided otherwise');
  });

  it('opens it after the wait, when nobody objects, and stands in the record', () => {
    const run = atGate();
    run.key = sealed.public.id;
    expect(run.decide(breakIt, 'eve')).toBe('counted');
    run.key = undefined;
    expect(run.answer(glass, 'open', 'bob')).toBe('no-seat');
    run.pass(59_999);
    expect(run.status('go')).not.toBe('passed');
    run.pass(1);
    expect(run.status('go')).toBe('passed');
    expect(run.asks).toEqual([]);
    expect(run.underWay).toEqual(['a/1/recover/work#1']);
    expect(run.state.deviations).toMatchObject([
      { by: 'eve', text: `${gate} opened by breaking the glass`, finding: true },
    ]);
  });

  it('is not for a gate that nobody is asked about yet: there is nothing to object to', () => {
    const plan = makePlan([makeNode('a'), makeGate('go', { needs: ['a'] })]);
    const run = new Simulation(plan, { roster });
    run.key = sealed.public.id;
    expect(run.decide(breakIt, 'eve')).toBe('not-possible');
    run.end('a/1/recover/work#1');
    expect(run.decide(breakIt, 'eve')).toBe('counted');
  });

  it('answers what the gate asks for, or does not break it', () => {
    const answers = { window: { type: 'choice', choices: ['now', 'tonight'] } } as const;
    const run = new Simulation(makePlan([makeGate('go', {}, { answers })]), { roster });
    run.key = sealed.public.id;
    expect(run.decide(breakIt, 'eve')).toBe('answers-wrong');
    const [change] = breakIt.propose;
    const saying = (window: string) => ({ propose: [{ ...change, outputs: { window } }] });
    expect(run.decide(saying('whenever'), 'eve')).toBe('answers-wrong');
    expect(run.decide(saying('now'), 'eve')).toBe('counted');
  });

  it('opens a gate that was shut, too', () => {
    const run = atGate();
    run.answer(`${gate}#1`, 'reject', 'bob');
    run.key = sealed.public.id;
    run.decide(breakIt, 'eve');
    run.pass(60_000);
    expect(run.status('go')).toBe('passed');
  });

  it('opens nothing when anyone objects', () => {
    const run = atGate();
    run.key = sealed.public.id;
    run.decide(breakIt, 'eve');
    run.key = undefined;
    expect(run.answer(glass, 'object', 'bob')).toBe('counted');
    run.pass(120_000);
    expect(run.status('go')).toBe('running');
    expect(run.asks).toEqual([`${gate}#1`]);
  });
});
