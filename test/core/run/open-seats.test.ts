import { describe, expect, it } from '@jest/globals';
import type { Seat } from '../../../core/ask.ts';
import { viewOf } from '../../../core/run/view-of.ts';
import { choice, makeGate, makePlan } from './make-plan.ts';
import { makePair, makeRoster, member } from './make-roster.ts';
import { Simulation } from './simulate.ts';

const lost = makePair();
const people = {
  ada: member(['commander-on-call', 'dba'], { deputies: ['dan'] }),
  bob: member(['dba', 'network']),
  cid: member(['network'], { deputies: ['eve'], absent: [{ from: 2_000_000, until: 3_000_000 }] }),
  dan: member(['duty-manager']),
  eve: member(['intern']),
  fay: member(['dba'], { keys: [lost.public] }),
  gus: member(['dba'], { keys: [] }),
};

function atGate(by: readonly Seat[], more: Parameters<typeof makeGate>[2] = {}) {
  const choices = [
    choice('approve', { by, then: [{ on: 'step', set: 'pass' }] }),
    choice('reject', { rejects: true }),
  ];
  return new Simulation(makePlan([makeGate('go', {}, { choices, ...more })]), { roster: makeRoster(people) });
}

const vote = (run: Simulation, by: string) => run.answer('go/1/gate/decide#1', 'approve', by);
const asked = (run: Simulation) => viewOf(run.state, run.state.now).asks[0]!;
const seats = (run: Simulation) => asked(run).seats!.find((one) => one.choice === 'approve')!;

describe('what people see of an open ask', () => {
  it('are the seats that are still free, who is there and could fill them, and the votes with their channel', () => {
    const run = atGate([{ role: 'dba', count: 2 }]);
    expect(seats(run)).toEqual({
      choice: 'approve',
      missing: 2,
      free: [{ role: 'dba', count: 2, people: ['ada', 'bob', 'fay'] }],
    });
    vote(run, 'bob');
    expect(seats(run)).toMatchObject({ missing: 1, free: [{ count: 1, people: ['ada', 'fay'] }] });
    expect(asked(run).votes).toEqual([{ by: 'bob', choice: 'approve', channel: 'cli', at: run.state.now }]);
  });

  it('are places from which those who voted can still move', () => {
    const run = atGate([
      { role: 'dba', count: 1 },
      { role: 'network', count: 1 },
    ]);
    vote(run, 'bob');
    expect(seats(run)).toEqual({
      choice: 'approve',
      missing: 1,
      free: [
        { role: 'dba', count: 1, people: ['ada', 'fay'] },
        { role: 'network', count: 1, people: ['cid'] },
      ],
    });
  });

  it('leave out who is excluded, absent, without a key, or signs with a key that was revoked', () => {
    const run = atGate([{ role: ['dba', 'network'], count: 2 }], { not: ['starter'] });
    expect(seats(run).free[0]!.people).toEqual(['bob', 'cid', 'fay']);
    run.decide({ propose: [{ on: 'record', set: { revoke: lost.public.id } }] }, 'ada');
    expect(seats(run).free[0]!.people).toEqual(['bob', 'cid']);
    run.pass(1_000_000);
    expect(seats(run).free[0]!.people).toEqual(['bob', 'eve']);
  });

  it('name whom the ladder has called, and when, and the last reminder', () => {
    const run = atGate([{ role: 'network', count: 1 }], {
      remind: 700,
      escalate: [
        { after: 1_000, to: 'duty-manager' },
        { after: 60_000, to: 'intern' },
      ],
    });
    const { openedAt } = asked(run);
    expect(asked(run).reached).toEqual([]);
    run.pass(1_000);
    expect(asked(run).reached).toEqual([{ to: 'duty-manager', at: openedAt + 1_000 }]);
    expect(asked(run).remindedAt).toBeGreaterThanOrEqual(openedAt + 700);
    expect(seats(run).free[0]!.people).toEqual(['bob', 'cid', 'dan']);
  });

  it.each(Object.keys(people))('are open to %s exactly where her vote would count', (person) => {
    const by = [
      { role: ['dba', 'network'], count: 1 },
      { role: 'dba', count: 1 },
      { role: 'duty-manager', count: 1 },
    ];
    for (const first of Object.keys(people).filter((one) => one !== person && one !== 'gus')) {
      const run = atGate(by);
      vote(run, first);
      const open = seats(run).free.some((seat) => seat.people.includes(person));
      // Whoever has no key cannot sign at all.
      expect(open).toBe(person !== 'gus' && vote(run, person) === 'counted');
    }
  });

  it('say nothing of seats where no roster says who is who', () => {
    const run = new Simulation(makePlan([makeGate('go', {})]));
    expect(asked(run)).not.toHaveProperty('seats');
    expect(viewOf(run.state, run.state.now)).not.toHaveProperty('steeredBy');
  });

  it('name who steers the run: its commander and the deputies', () => {
    const run = atGate([{ role: 'dba', count: 1 }]);
    expect(viewOf(run.state, run.state.now).steeredBy).toEqual(['ada', 'dan']);
  });
});
