import { describe, expect, it } from '@jest/globals';
import { viewOf } from '../../../core/run/view-of.ts';
import { choice, doStep, makeGate, makeNode, makePlan } from './make-plan.ts';
import { makeRoster, member } from './make-roster.ts';
import { Simulation } from './simulate.ts';

const by = [{ role: 'dba', count: 1 }];
const choices = [
  choice('done', { by, then: [{ on: 'step', set: 'pass' }] }),
  choice('could-not', { then: [{ on: 'step', set: 'fail' }] }),
  choice('begin', { by, begins: true, reason: 'optional' }),
];
const roster = makeRoster({ ada: member(['dba']), bob: member(['dba']), eve: member(['intern']) });
const ask = 'call/1/gate/decide#1';
const takes = 600_000;

/** A step of people that should take ten minutes, within an hour. */
function asked() {
  const { steps } = makeGate(
    'call',
    {},
    { kind: 'manual', guards: false, choices, answers: { ticket: { type: 'string' } } },
  );
  const call = makeNode('call', { steps: [{ ...steps[0]!, takes }], objectives: { rto: 3_600_000 } });
  return new Simulation(makePlan([call]), { roster });
}

const shown = (run: Simulation) => viewOf(run.state, run.state.now).asks[0];
const nodeOf = (run: Simulation) => viewOf(run.state, run.state.now).nodes[0]!;

describe('a manual step that somebody could not do', () => {
  it('and did all the same brings the answers that later steps refer to; done anew it needs none', () => {
    const run = asked();
    expect(run.answer(ask, 'could-not', 'ada')).toBe('counted');
    const question = run.asks[0]!;
    expect(run.answer(question, 'done', 'ada')).toBe('answers-wrong');
    expect(run.answer(question, 'retry', 'bob')).toBe('counted');
    run.answer('call/1/gate/decide#2', 'could-not', 'ada');
    const answers = { ticket: 'T-2' };
    expect(run.answer(run.asks[0]!, 'done', 'ada', { answers })).toBe('counted');
    expect(run.status('call')).toBe('passed');
  });
});

describe('who is on a manual step', () => {
  it('says so: nothing is closed, and the time that it takes is counted from then', () => {
    const run = asked();
    run.pass(120_000);
    expect(shown(run)!.begun).toBeUndefined();
    expect(nodeOf(run).expectedAt).toBe(run.state.now + takes);
    expect(run.answer(ask, 'begin', 'ada', { reason: '' })).toBe('counted');
    run.pass(60_000);
    const at = run.state.now - 60_000;
    expect(shown(run)).toMatchObject({ votes: [], begun: { by: 'ada', at, dueAt: at + takes } });
    expect(nodeOf(run)).toMatchObject({ expectedAt: at + takes, step: { since: at } });
    expect(run.underWay).toEqual([]);
    expect(run.answer(ask, 'done', 'ada', { answers: { ticket: 'T-1' } })).toBe('counted');
    expect(run.status('call')).toBe('passed');
  });

  it('is one of those who may do it, once; another may take over, and the first again', () => {
    const run = asked();
    expect(run.answer(ask, 'begin', 'eve')).toBe('wrong-role');
    expect(run.answer(ask, 'begin', 'ada')).toBe('counted');
    expect(run.answer(ask, 'begin', 'ada')).toBe('already-voted');
    run.pass(1_000);
    expect(run.answer(ask, 'begin', 'bob')).toBe('counted');
    run.continueAsNew();
    expect(shown(run)!.begun).toMatchObject({ by: 'bob', at: run.state.now });
    expect(run.answer(ask, 'begin', 'ada')).toBe('counted');
    expect(shown(run)!.begun!.by).toBe('ada');
    expect(run.answer(ask, 'done', 'bob', { answers: { ticket: 'T-1' } })).toBe('counted');
  });

  it('may say that it could not be done, without the answers', () => {
    const run = asked();
    run.answer(ask, 'begin', 'ada');
    expect(run.answer(ask, 'could-not', 'eve', { reason: 'the bank is closed' })).toBe('counted');
    expect(run.asks).toEqual(['call/1/gate/decide?failed#1']);
    expect(shown(run)!.message).toBe('eve: the bank is closed');
  });
});

describe('what was not as planned', () => {
  const work = 'a/1/recover/work';
  const stuck = (outcome: 'failed' | 'unknown', more = {}) => {
    const step = doStep('work', { touches: 'data', rerun: 'once' } as object);
    const run = new Simulation(makePlan([makeNode('a', { steps: [step] }), makeGate('stay')], more));
    run.end(`${work}#1`, outcome);
    if (outcome === 'unknown') run.end(`${work}#1~settle`, 'unknown');
    return run;
  };
  const noted = (run: Simulation) =>
    run.state.deviations.map(({ by: who, text, reason }) => [who, text, reason]);

  it.each([
    ['done', 'done by hand'],
    ['retry', 'tried again, though nobody knows how its last try ended'],
  ])('is the answer %s where nobody knows how a step ended, with its reason', (answer, text) => {
    const run = stuck('unknown');
    expect(run.answer(`${work}?unknown#1`, answer, 'ada', { reason: 'looked at it' })).toBe('counted');
    expect(noted(run)).toEqual([['ada', `${work} ${text}`, 'looked at it']]);
  });

  it('is such an answer that was proposed and agreed to, with both reasons', () => {
    const run = stuck('unknown');
    run.decide({ propose: [{ on: 'step', path: work, set: 'retry' }] }, 'ada', 'it is idle');
    expect(noted(run)).toEqual([]);
    run.answer(`${work}?proposal#1`, 'approve', 'bob', { reason: 'so it is' });
    expect(noted(run)).toEqual([
      [
        'ada',
        `${work} tried again, though nobody knows how its last try ended`,
        'it is idle; bob agreed: so it is',
      ],
    ]);
  });

  it('is no new try of what failed', () => {
    const run = stuck('failed');
    run.answer(`${work}?failed#1`, 'retry');
    expect(noted(run)).toEqual([]);
  });

  it('is a gate that nobody answered, so that what lies behind it is left out', () => {
    const run = new Simulation(
      makePlan([makeGate('go', {}, { timeout: 1_000, onTimeout: 'leave-out' }), makeGate('stay')]),
    );
    run.pass(1_000);
    expect(run.status('go')).toBe('left-out');
    expect(noted(run)).toEqual([['muster', 'go left out', 'nobody answered in time']]);
  });
});

describe('typed answers of several people', () => {
  const two = [{ role: 'dba', count: 2 }];
  const both = makeRoster({
    ...{ ada: member(['dba']), bob: member(['dba']), cyd: member(['dba']), eve: member(['intern']) },
  });
  const gate = 'go/1/gate/decide#1';
  const told = (ticket: string) => ({ answers: { ticket } });
  const opened = () => {
    const answers = { ticket: { type: 'string' }, note: { type: 'string', optional: true } } as const;
    const yes = [choice('approve', { by: two, then: [{ on: 'step', set: 'pass' }] }), choice('reject')];
    const plan = makePlan([makeGate('go', {}, { choices: yes, answers })]);
    return new Simulation(plan, { roster: both });
  };

  it('are those of the first, shown to the others, who say the same or nothing', () => {
    for (const second of [told('T-1'), { answers: {} }]) {
      const run = opened();
      expect(run.answer(gate, 'approve', 'bob')).toBe('answers-wrong');
      expect(run.answer(gate, 'approve', 'ada', told('T-1'))).toBe('counted');
      expect(shown(run)!.votes).toMatchObject([{ by: 'ada', answers: { ticket: 'T-1' } }]);
      run.continueAsNew();
      expect(run.answer(gate, 'approve', 'bob', second)).toBe('counted');
      expect(run.events.findLast(({ type }) => type === 'ended')).toMatchObject({
        outputs: { ticket: 'T-1' },
      });
    }
  });

  it('do not contradict each other: who would answer otherwise is told what was answered', () => {
    const run = opened();
    run.answer(gate, 'approve', 'ada', told('T-1'));
    const more = { answers: { ticket: 'T-1', note: 'and that' } };
    for (const other of [told('T-2'), more])
      expect(run.answer(gate, 'approve', 'bob', other)).toBe('answers-wrong');
    expect(run.events.at(-1)).toMatchObject({
      type: 'voted',
      why: 'ada answered ticket "T-1" before: answer the same, or nothing, to confirm that; or turn it down',
    });
    expect(run.answer(gate, 'approve', 'cyd', told('T-1'))).toBe('counted');
  });
});
