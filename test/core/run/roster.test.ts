import { describe, expect, it } from '@jest/globals';
import type { Seat } from '../../../core/ask.ts';
import { viewOf } from '../../../core/run/view-of.ts';
import { choice, makeGate, makePlan } from './make-plan.ts';
import { makePair, makeRoster, member } from './make-roster.ts';
import { Simulation } from './simulate.ts';

const lost = makePair();
const people = {
  ada: member(['incident-commander', 'dba'], { deputies: ['dan'], keys: [makePair().public, lost.public] }),
  bob: member(['dba', 'network']),
  cid: member(['network'], { deputies: ['eve'], absent: [{ from: 2_000_000, until: 3_000_000 }] }),
  dan: member(['duty-manager']),
  eve: member(['intern']),
};
const roster = makeRoster(people);

/** A run that stands at a gate with these seats. */
function atGate(by: readonly Seat[], more: Parameters<typeof makeGate>[2] = {}, who = roster) {
  const choices = [
    choice('approve', { by, then: [{ on: 'step', set: 'pass' }] }),
    choice('reject', { rejects: true }),
  ];
  const plan = makePlan([makeGate('go', {}, { choices, ...more })]);
  return new Simulation(plan, { roster: who });
}

const vote = (run: Simulation, by: string, what = 'approve') => run.answer('go/1/gate/decide#1', what, by);

describe('the seats of an ask', () => {
  it('are filled by people of their roles only, and by nobody whom the roster does not know', () => {
    const run = atGate([{ role: 'dba', count: 1 }]);
    expect(vote(run, 'cid')).toBe('wrong-role');
    expect(vote(run, 'mallory')).toBe('wrong-role');
    expect(vote(run, 'bob')).toBe('counted');
    expect(run.status('go')).toBe('passed');
  });

  it('are given so that all can sit, whoever was first', () => {
    const run = atGate([
      { role: ['dba', 'network'], count: 1 },
      { role: 'dba', count: 1 },
    ]);
    expect(vote(run, 'bob')).toBe('counted');
    expect(vote(run, 'cid')).toBe('counted');
    expect(run.status('go')).toBe('passed');
  });

  it('are full when those who voted cannot move together any more', () => {
    const run = atGate([
      { role: 'network', count: 1 },
      { role: 'incident-commander', count: 1 },
    ]);
    expect(vote(run, 'bob')).toBe('counted');
    expect(vote(run, 'cid')).toBe('no-seat');
    expect(run.status('go')).toBe('running');
  });

  it('of anyone are for those of the roster', () => {
    const run = atGate([{ role: 'anyone', count: 1 }]);
    expect(vote(run, 'mallory')).toBe('wrong-role');
    expect(vote(run, 'eve')).toBe('counted');
  });

  it('are never filled by a role where there is no roster', () => {
    const run = new Simulation(
      makePlan([makeGate('go', {}, { choices: [choice('approve', { by: [{ role: 'dba', count: 1 }] })] })]),
    );
    expect(vote(run, 'bob')).toBe('wrong-role');
  });

  it('are filled by deputies of those who are absent, and by them alone', () => {
    const run = atGate([{ role: 'network', count: 2 }]);
    expect(vote(run, 'eve')).toBe('wrong-role');
    run.pass(1_000_000);
    expect(vote(run, 'eve')).toBe('counted');
    expect(vote(run, 'dan')).toBe('wrong-role');
  });

  it('are open to deputies and to the next role once the ladder has come to them', () => {
    const escalate = [
      { after: 1_000, to: 'deputy' },
      { after: 2_000, to: 'duty-manager' },
    ];
    const run = atGate([{ role: 'network', count: 2 }], { escalate });
    expect(vote(run, 'eve')).toBe('wrong-role');
    run.pass(1_000);
    expect(vote(run, 'eve')).toBe('counted');
    expect(vote(run, 'dan')).toBe('wrong-role');
    run.pass(1_000);
    expect(vote(run, 'dan')).toBe('counted');
    expect(run.status('go')).toBe('passed');
  });
});

describe('a run with a roster', () => {
  it('is commanded by its commander and the deputies', () => {
    const run = atGate([{ role: 'dba', count: 1 }]);
    expect(run.decide({ propose: [{ on: 'run', set: 'hold' }] }, 'bob')).toBe('not-commander');
    expect(run.decide({ propose: [{ on: 'run', set: 'hold' }] }, 'dan')).toBe('counted');
    expect(run.decide({ propose: [{ on: 'record', set: { note: 'I see smoke' } }] }, 'bob')).toBe('counted');
  });

  it('is handed over when the one who was offered the command accepts it', () => {
    const run = atGate([{ role: 'dba', count: 1 }]);
    const offer = { propose: [{ on: 'record', set: { commander: 'bob' } }] };
    const accept = { propose: [{ on: 'record', set: { command: 'accept' } }] };
    expect(run.decide(offer, 'cid')).toBe('not-commander');
    expect(run.decide(offer, 'ada')).toBe('counted');
    expect(run.state.commander).toBe('ada');
    expect(run.decide(accept, 'cid')).toBe('not-commander');
    expect(run.decide(accept, 'bob')).toBe('counted');
    expect(run.state.commander).toBe('bob');
    expect(run.decide({ propose: [{ on: 'run', set: 'hold' }] }, 'ada')).toBe('not-commander');
  });

  it('counts nothing more that a revoked key signs, and says so', () => {
    const run = atGate([{ role: 'dba', count: 1 }]);
    const revoke = { propose: [{ on: 'record', set: { revoke: lost.public.id } }] };
    expect(run.decide(revoke, 'bob')).toBe('not-commander');
    expect(run.decide(revoke, 'ada')).toBe('counted');
    run.key = lost.public.id;
    expect(vote(run, 'ada')).toBe('key-revoked');
    run.key = people.ada.keys[0]!.id;
    expect(vote(run, 'ada')).toBe('counted');
    expect(
      run.events.find((event) => event.type === 'voted' && event.verdict === 'key-revoked'),
    ).toMatchObject({
      key: lost.public.id,
    });
  });

  it('keeps what was said of people through a continue-as-new', () => {
    const run = atGate([{ role: 'dba', count: 2 }]);
    run.decide({ propose: [{ on: 'record', set: { present: true } }] }, 'cid');
    expect(vote(run, 'bob')).toBe('counted');
    run.continueAsNew();
    expect(vote(run, 'bob')).toBe('already-voted');
    expect(vote(run, 'ada')).toBe('counted');
    expect(run.state.present).toHaveProperty('cid');
  });
});

it('a roll call says which gates too few are there for', () => {
  const run = atGate([{ role: 'dba', count: 2 }], { not: ['starter'], kind: 'gate' });
  const short = () => viewOf(run.state, run.state.now).rollcall?.short;
  expect(short()).toBeUndefined();
  run.decide({ propose: [{ on: 'record', set: { present: true } }] }, 'bob');
  run.pass(1_000);
  run.decide({ propose: [{ on: 'record', set: { rollcall: true } }] }, 'ada');
  expect(short()).toEqual([{ gate: 'go', needs: 2, there: [] }]);
  for (const person of ['bob', 'ada', 'cid']) {
    run.decide({ propose: [{ on: 'record', set: { present: true } }] }, person);
  }
  expect(short()).toEqual([{ gate: 'go', needs: 2, there: ['bob'] }]);
});

it('a roll call counts neither the commander, where he is excluded, nor who cannot answer over the channels', () => {
  const desk = { key: makePair().public, channels: ['chat'] as const };
  const slack = { ...people, bob: member(['dba'], { slack: 'T1/U1' }), cid: member(['dba'], { keys: [] }) };
  const roster = makeRoster(slack, { edges: { desk } });
  const ask = { kind: 'gate', not: ['starter', 'commander'], channels: ['chat'] } as const;
  const run = atGate([{ role: 'dba', count: 1 }], ask, roster);
  const there = (...persons: readonly string[]) => {
    run.pass(1_000);
    run.decide({ propose: [{ on: 'record', set: { rollcall: true } }] }, 'ada');
    for (const person of persons) run.decide({ propose: [{ on: 'record', set: { present: true } }] }, person);
    return viewOf(run.state, run.state.now).rollcall!.short;
  };
  expect(there('ada', 'cid')).toEqual([{ gate: 'go', needs: 1, there: [] }]);
  expect(there('bob')).toEqual([]);
  run.decide({ propose: [{ on: 'record', set: { commander: 'bob' } }] }, 'ada');
  run.decide({ propose: [{ on: 'record', set: { command: 'accept' } }] }, 'bob');
  run.pass(1_000);
  run.decide({ propose: [{ on: 'record', set: { rollcall: true } }] }, 'bob');
  run.decide({ propose: [{ on: 'record', set: { present: true } }] }, 'bob');
  expect(viewOf(run.state, run.state.now).rollcall!.short).toEqual([{ gate: 'go', needs: 1, there: [] }]);
});

it('a roll call counts who stands in for somebody, who came though absent, and no revoked key', () => {
  const key = makePair().public;
  const away = [{ from: 0, until: 9_000_000 }];
  const roster = makeRoster({
    ...{ ada: member(['commander']), bob: member(['dba'], { keys: [key], deputies: ['cid'], absent: away }) },
    ...{ cid: member(['network']) },
  });
  const there = (run: Simulation, person: string) => {
    run.pass(1_000);
    run.decide({ propose: [{ on: 'record', set: { rollcall: true } }] }, 'ada');
    run.decide({ propose: [{ on: 'record', set: { present: true } }] }, person);
    return viewOf(run.state, run.state.now).rollcall!.short;
  };
  const run = atGate([{ role: 'dba', count: 1 }], { kind: 'gate' }, roster);
  expect(there(run, 'ada')).toEqual([{ gate: 'go', needs: 1, there: [] }]);
  expect(there(run, 'cid')).toEqual([]);
  expect(there(run, 'bob')).toEqual([]);
  run.decide({ propose: [{ on: 'record', set: { revoke: key.id } }] }, 'ada');
  expect(there(run, 'bob')).toEqual([{ gate: 'go', needs: 1, there: [] }]);
});

describe('who may not decide', () => {
  it('is who was given the command after she voted, where the commander may not', () => {
    const run = atGate([{ role: 'dba', count: 2 }], { not: ['commander'] });
    expect(vote(run, 'bob')).toBe('counted');
    run.decide({ propose: [{ on: 'record', set: { commander: 'bob' } }] }, 'ada', 'take over');
    run.decide({ propose: [{ on: 'record', set: { command: 'accept' } }] }, 'bob', 'I have it');
    expect(run.state.commander).toBe('bob');
    expect(vote(run, 'ada')).toBe('counted');
    expect(run.status('go')).not.toBe('passed');
  });

  it('is told why: she started the run, she commands it, or both', () => {
    const whyNot = (not: string[], by: string) => {
      const run = atGate([{ role: 'anyone', count: 2 }], { not });
      run.decide({ propose: [{ on: 'record', set: { commander: 'bob' } }] }, 'ada', 'take over');
      if (by === 'bob')
        run.decide({ propose: [{ on: 'record', set: { command: 'accept' } }] }, 'bob', 'mine');
      expect(vote(run, by)).toBe('excluded');
      const refused = run.events.findLast(({ type }) => type === 'voted');
      return refused?.type === 'voted' && refused.why;
    };
    const end = ': somebody else must decide this';
    expect(whyNot(['starter'], 'ada')).toBe(`ada started this run${end}`);
    expect(whyNot(['commander'], 'bob')).toBe(`bob commands this run${end}`);
    expect(whyNot(['starter', 'commander'], 'ada')).toBe(`ada started this run and commands it${end}`);
  });

  it('is what was signed before the run began', () => {
    const run = atGate([{ role: 'dba', count: 1 }]);
    const { rests } = run.state.open['go/1/gate/decide#1']!.ask!;
    const yes = { ask: 'go/1/gate/decide#1', choice: 'approve', answers: {}, rests };
    const old = { ...yes, issued: run.state.start - 3 * 60_000, expires: run.state.start + 7 * 60_000 };
    expect(run.decide(old, 'bob')).toBe('expired');
    expect(run.decide(yes, 'bob')).toBe('counted');
  });
});

describe('a loss', () => {
  it('is accepted when it is there, and not before', () => {
    const run = atGate([{ role: 'dba', count: 1 }]);
    expect(run.decide({ propose: [{ on: 'node', node: 'go', set: 'accept' }] }, 'ada')).toBe('not-possible');
  });
});
