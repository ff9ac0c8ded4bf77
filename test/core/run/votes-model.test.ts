import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { viewOf } from '../../../core/run/view-of.ts';
import { makePair, makeRoster, member } from './make-roster.ts';
import { Simulation } from './simulate.ts';
import { type Act, acts, gateStep, planOf, Reference, type VoteAct, type World, worlds } from './votes.ts';

/** By hand `VOTES=100000`. */
const sequences = Number(process.env['VOTES'] ?? 2_000);

const revocable = makePair().public.id;

function runOf(world: World): Simulation {
  const known = Object.fromEntries(Object.entries(world.roles).map(([name, its]) => [name, member(its)]));
  const keyed = { ...known, ada: { ...known['ada']!, keys: [{ id: revocable, ed25519: '00' }] } };
  return new Simulation(planOf(world, []), { roster: makeRoster(keyed) });
}

/** Does one thing to the run and to the reference; gives what each says of it. */
function both(run: Simulation, reference: Reference, one: Act): [string, string] {
  switch (one.do) {
    case 'vote':
      return voted(run, reference, one);
    case 'pass':
      run.pass(one.ms);
      reference.pass(run.state.now);
      return ['', ''];
    case 'continue':
      run.continueAsNew();
      return ['', ''];
    case 'retry': {
      const said = run.decide({ propose: [{ on: 'node', node: 'go', set: 'askAgain' }] });
      return [said, reference.retry(run.state.now)];
    }
    case 'revoke': {
      const said = run.decide({ propose: [{ on: 'record', set: { revoke: revocable } }] });
      return [said, reference.revoke()];
    }
    default:
      return one satisfies never;
  }
}

function voted(run: Simulation, reference: Reference, one: VoteAct): [string, string] {
  const { by, choice, channel, wrong } = one;
  const opening = reference.opening + (wrong === 'opening' ? 1 : 0);
  const reason = wrong === 'reason' ? ' ' : 'because';
  const said = {
    asShown: wrong !== 'rests',
    expired: wrong === 'late',
    revocable: wrong === 'key',
  };
  const expected = reference.vote({ by, choice, opening, reason, ...said });
  const { now } = run.state;
  run.key = said.revocable ? revocable : undefined;
  const verdict = run.answer(`${gateStep}#${opening}`, choice, by, {
    ...{ channel, reason },
    ...(!said.asShown && { rests: 'sha256:another' as const }),
    ...(said.expired && { expires: now - 1 }),
  });
  // The same decision again, by whatever way: the same answer, and nothing changes.
  if (one.again) {
    const before = run.state.seq;
    expect(run.repeat()).toBe(verdict);
    expect(run.state.seq).toBe(before);
  }
  run.key = undefined;
  return [verdict, expected];
}

it(`${sequences} sequences of votes come out as an independent reference says`, () => {
  const property = fc.property(worlds, fc.array(acts, { maxLength: 25 }), (world, sequence) => {
    const run = runOf(world);
    const reference = new Reference(world);
    reference.open(run.state.now);
    for (const one of sequence) {
      const [said, expected] = both(run, reference, one);
      expect(said).toBe(expected);
      const stands = run.status('go');
      const ask = viewOf(run.state, run.state.now).asks.find(({ about }) => about.node === 'go');
      expect(ask?.begun?.by).toBe(reference.state === 'open' ? reference.begun?.by : undefined);
      expect(stands === 'passed' || stands === 'shut' ? stands : 'open').toBe(reference.state);
    }
  });
  fc.assert(property, { numRuns: sequences });
});
