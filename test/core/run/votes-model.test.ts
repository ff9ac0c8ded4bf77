import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Refusal } from '../../../core/event.ts';
import { viewOf } from '../../../core/run/view-of.ts';
import { choice, makeGate, makePlan } from './make-plan.ts';
import { makePair, makeRoster, member } from './make-roster.ts';
import { Simulation } from './simulate.ts';

/** By hand `VOTES=100000`. */
const sequences = Number(process.env['VOTES'] ?? 2_000);
const timeout = 1_000;

const people = ['ada', 'bob', 'cid', 'dan', 'mallory'] as const;
const roles = ['dba', 'network', 'anyone'] as const;
const revocable = makePair().public.id;

interface World {
  readonly roles: Readonly<Record<string, readonly string[]>>;
  readonly seats: readonly (readonly string[])[];
  readonly noStarter: boolean;
}

type Act =
  | {
      readonly do: 'vote';
      readonly by: string;
      readonly choice: string;
      readonly wrong: string | undefined;
      readonly again: boolean;
    }
  | { readonly do: 'pass'; readonly ms: number }
  | { readonly do: 'retry' | 'continue' | 'revoke' };

const world: fc.Arbitrary<World> = fc.record({
  roles: fc.record(
    Object.fromEntries(
      people.filter((one) => one !== 'mallory').map((one) => [one, fc.subarray(['dba', 'network'])]),
    ),
  ),
  seats: fc.array(fc.subarray([...roles], { minLength: 1, maxLength: 2 }), { minLength: 1, maxLength: 3 }),
  noStarter: fc.boolean(),
});

const vote: fc.Arbitrary<Act> = fc.record({
  do: fc.constant('vote' as const),
  by: fc.constantFrom(...people),
  choice: fc.constantFrom('approve', 'approve', 'approve', 'reject', 'begin', 'maybe'),
  wrong: fc.option(fc.constantFrom('rests', 'opening', 'late', 'reason', 'key'), { nil: undefined, freq: 4 }),
  again: fc.boolean(),
});
const act: fc.Arbitrary<Act> = fc.oneof(
  { weight: 8, arbitrary: vote },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('pass' as const), ms: fc.integer({ min: 1, max: timeout }) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constantFrom('retry' as const, 'continue' as const, 'revoke' as const) }),
  },
);

/** What must come out, reckoned in the plainest way: by trying every way in which the voters could sit. */
class Reference {
  opening = 1;
  state: 'open' | 'shut' | 'passed' = 'open';
  votes: string[] = [];
  begun: string | undefined;
  openedAt: number;
  revoked = false;
  private readonly world: World;

  constructor(of: World, now: number) {
    this.world = of;
    this.openedAt = now;
  }

  pass(now: number): void {
    if (this.state === 'open' && now >= this.openedAt + timeout) this.state = 'shut';
  }

  retry(now: number): void {
    if (this.state !== 'shut') return;
    Object.assign(this, {
      opening: this.opening + 1,
      state: 'open',
      votes: [],
      begun: undefined,
      openedAt: now,
    });
  }

  vote({ by, choice: name, wrong }: Extract<Act, { do: 'vote' }>): 'counted' | Refusal {
    if (wrong === 'late') return 'expired';
    if (wrong === 'key' && this.revoked) return 'key-revoked';
    if (wrong === 'opening') return 'not-open';
    if (this.state !== 'open') return 'closed';
    if (name === 'maybe') return 'no-such-choice';
    if (wrong === 'rests') return 'rests-changed';
    if (wrong === 'reason' && name !== 'begin') return 'reason-missing';
    if (this.world.noStarter && by === 'ada') return 'excluded';
    if (name === 'approve' && this.votes.includes(by)) return 'already-voted';
    if (name === 'reject') {
      if (!(by in this.world.roles)) return 'wrong-role';
      this.state = 'shut';
      return 'counted';
    }
    if (name === 'begin' && this.begun === by) return 'already-voted';
    if (!this.world.seats.some((seat) => this.may(by, seat))) return 'wrong-role';
    if (name === 'begin') {
      this.begun = by;
      return 'counted';
    }
    if (!this.sit([...this.votes, by], this.world.seats)) return 'no-seat';
    this.votes.push(by);
    if (this.votes.length === this.world.seats.length) this.state = 'passed';
    return 'counted';
  }

  private may = (by: string, seat: readonly string[]): boolean =>
    by in this.world.roles &&
    (seat.includes('anyone') || seat.some((role) => this.world.roles[by]!.includes(role)));

  private sit([first, ...others]: readonly string[], seats: readonly (readonly string[])[]): boolean {
    if (first === undefined) return true;
    return seats.some((seat, at) => this.may(first, seat) && this.sit(others, seats.toSpliced(at, 1)));
  }
}

const path = 'go/1/gate/decide';

function runOf({ roles: held, seats, noStarter }: World): Simulation {
  const by = seats.map((role) => ({ role, count: 1 }));
  const choices = [
    choice('approve', { by, then: [{ on: 'step', set: 'pass' }] }),
    choice('reject', { rejects: true }),
    choice('begin', { by, begins: true, reason: 'optional' }),
  ];
  const gate = makeGate('go', {}, { choices, timeout, not: noStarter ? ['starter'] : [] });
  const known = Object.fromEntries(Object.entries(held).map(([name, its]) => [name, member(its)]));
  const keyed = { ...known, ada: { ...known['ada']!, keys: [{ id: revocable, ed25519: '00' }] } };
  // The other gate keeps the run open when this one has passed.
  return new Simulation(makePlan([gate, makeGate('stay')]), { roster: makeRoster(keyed) });
}

/** Does one thing to the run and to the reference; gives what each says of it. */
function both(run: Simulation, reference: Reference, one: Act): [string, string] {
  if (one.do === 'vote') return voted(run, reference, one);
  if (one.do === 'pass') {
    run.pass(one.ms);
    reference.pass(run.state.now);
  } else if (one.do === 'retry') {
    run.decide({ propose: [{ on: 'node', node: 'go', set: 'askAgain' }] });
    reference.retry(run.state.now);
  } else if (one.do === 'continue') run.continueAsNew();
  else {
    run.decide({ propose: [{ on: 'record', set: { revoke: revocable } }] });
    reference.revoked = true;
  }
  return ['', ''];
}

function voted(run: Simulation, reference: Reference, one: Extract<Act, { do: 'vote' }>): [string, string] {
  const ask = one.wrong === 'opening' ? `${path}#${reference.opening + 1}` : `${path}#${reference.opening}`;
  run.key = one.wrong === 'key' ? revocable : undefined;
  const more = {
    ...(one.wrong === 'rests' && { rests: 'sha256:another' as const }),
    ...(one.wrong === 'late' && { expires: run.state.now - 1 }),
    ...(one.wrong === 'reason' && { reason: ' ' }),
  };
  const expected = reference.vote(one);
  const said = run.answer(ask, one.choice, one.by, more);
  // The same decision again, by whatever way: the same answer, and nothing changes.
  if (one.again) {
    const before = run.state.seq;
    expect(run.repeat()).toBe(said);
    expect(run.state.seq).toBe(before);
  }
  run.key = undefined;
  return [said, expected];
}

it(`${sequences} sequences of votes come out as an independent reference says`, () => {
  const property = fc.property(world, fc.array(act, { maxLength: 25 }), (of, acts) => {
    const run = runOf(of);
    const reference = new Reference(of, run.state.now);
    for (const one of acts) {
      const [said, expected] = both(run, reference, one);
      expect(said).toBe(expected);
      const stands = run.status('go');
      const begun = viewOf(run.state, run.state.now).asks.find(({ about }) => about.node === 'go')?.begun?.by;
      expect(begun).toBe(reference.state === 'open' ? reference.begun : undefined);
      expect(stands === 'passed' ? 'passed' : stands === 'shut' ? 'shut' : 'open').toBe(reference.state);
    }
  });
  fc.assert(property, { numRuns: sequences });
});
