import fc from 'fast-check';
import type { Refusal } from '../../../core/event.ts';
import type { Plan } from '../../../core/plan.ts';
import type { Milliseconds } from '../../../core/units.ts';
import { choice, makeGate, makeNode, makePlan } from './make-plan.ts';

const people = ['ada', 'bob', 'cid', 'dan', 'mallory'] as const;
const roles = ['dba', 'network', 'anyone'] as const;

/** Who may decide the gate `go`: whose roles, which seats, and whether ada, who started the run, is among them. */
export interface World {
  readonly roles: Readonly<Record<string, readonly string[]>>;
  readonly seats: readonly (readonly string[])[];
  readonly noStarter: boolean;
}

/** One vote on the gate, and what is wrong with it. */
export interface VoteAct {
  readonly do: 'vote';
  readonly by: string;
  readonly choice: string;
  readonly channel: 'cli' | 'chat' | 'webhook';
  readonly wrong: 'rests' | 'opening' | 'late' | 'reason' | 'key' | undefined;
  /** It is sent once more. */
  readonly again: boolean;
}

export type Act =
  | VoteAct
  | { readonly do: 'pass'; readonly ms: Milliseconds }
  | { readonly do: 'retry' | 'continue' | 'revoke' };

/** How long an opening lasts. */
export const opensFor = 1_000;
/** The step that the gate is. */
export const gateStep = 'go/1/gate/decide';

export const worlds: fc.Arbitrary<World> = fc.record({
  roles: fc.record(
    Object.fromEntries(
      people.filter((one) => one !== 'mallory').map((one) => [one, fc.subarray(['dba', 'network'])]),
    ),
  ),
  seats: fc.array(fc.subarray([...roles], { minLength: 1, maxLength: 2 }), { minLength: 1, maxLength: 3 }),
  noStarter: fc.boolean(),
});

export const votes: fc.Arbitrary<VoteAct> = fc.record({
  do: fc.constant('vote' as const),
  by: fc.constantFrom(...people),
  choice: fc.constantFrom('approve', 'approve', 'approve', 'reject', 'begin', 'maybe'),
  channel: fc.constantFrom('cli', 'chat', 'webhook'),
  wrong: fc.option(fc.constantFrom('rests', 'opening', 'late', 'reason', 'key'), { nil: undefined, freq: 4 }),
  again: fc.boolean(),
});

export const acts: fc.Arbitrary<Act> = fc.oneof(
  { weight: 8, arbitrary: votes },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('pass' as const), ms: fc.integer({ min: 1, max: opensFor }) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constantFrom('retry' as const, 'continue' as const, 'revoke' as const) }),
  },
);

/** What a vote says, as far as it matters. */
export interface Vote {
  readonly by: string;
  readonly choice: string;
  /** The number of the opening that it means. */
  readonly opening: number;
  /** It names what was shown at that opening. */
  readonly asShown: boolean;
  readonly reason: string;
  readonly expired: boolean;
  /** Signed by the key that a `revoke` revokes. */
  readonly revocable: boolean;
}

/** What must come out, reckoned in the plainest way: by trying every way in which the voters could sit. */
export class Reference {
  opening = 0;
  state: 'waits' | 'open' | 'shut' | 'passed' = 'waits';
  votes: { readonly by: string; readonly revocable: boolean }[] = [];
  begun: { readonly by: string; readonly revocable: boolean } | undefined;
  revoked = false;
  private openedAt = 0;
  private readonly world: World;
  private readonly lasts: Milliseconds;

  constructor(of: World, lasts: Milliseconds = opensFor) {
    this.world = of;
    this.lasts = lasts;
  }

  open(now: number): void {
    const fresh = { state: 'open', votes: [], begun: undefined };
    Object.assign(this, { opening: this.opening + 1, ...fresh, openedAt: now });
  }

  pass(now: number): void {
    if (this.state === 'open' && now >= this.openedAt + this.lasts) this.state = 'shut';
  }

  retry(now: number): 'counted' | Refusal {
    if (this.state !== 'shut') return 'not-possible';
    this.open(now);
    return 'counted';
  }

  revoke(): 'counted' | Refusal {
    if (this.revoked) return 'not-possible';
    this.revoked = true;
    this.votes = this.votes.filter((vote) => !vote.revocable);
    if (this.begun?.revocable) this.begun = undefined;
    return 'counted';
  }

  vote({ by, choice: name, opening, asShown, reason, expired, revocable }: Vote): 'counted' | Refusal {
    if (expired) return 'expired';
    if (revocable && this.revoked) return 'key-revoked';
    if (opening > this.opening) return 'not-open';
    if (opening < this.opening || this.state !== 'open') return 'closed';
    if (name === 'maybe') return 'no-such-choice';
    if (!asShown) return 'rests-changed';
    if (reason.trim() === '' && name !== 'begin') return 'reason-missing';
    if (this.world.noStarter && by === 'ada') return 'excluded';
    if (name === 'approve' && this.votes.some((vote) => vote.by === by)) return 'already-voted';
    if (name === 'reject') {
      if (!(by in this.world.roles)) return 'wrong-role';
      this.state = 'shut';
      return 'counted';
    }
    if (name === 'begin' && this.begun?.by === by) return 'already-voted';
    if (!this.world.seats.some((seat) => this.may(by, seat))) return 'wrong-role';
    if (name === 'begin') {
      this.begun = { by, revocable };
      return 'counted';
    }
    if (!this.sit([...this.votes.map((vote) => vote.by), by], this.world.seats)) return 'no-seat';
    this.votes.push({ by, revocable });
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

/** A run with the gate `go` behind `needs`, and another gate that keeps the run open when this one has passed. */
export function planOf({ seats, noStarter }: World, needs: readonly string[], lasts = opensFor): Plan {
  const by = seats.map((role) => ({ role, count: 1 }));
  const choices = [
    choice('approve', { by, then: [{ on: 'step', set: 'pass' }] }),
    choice('reject', { rejects: true }),
    choice('begin', { by, begins: true, reason: 'optional' }),
  ];
  const not = noStarter ? ['starter'] : [];
  const gate = makeGate('go', { needs }, { choices, timeout: lasts, not });
  return makePlan([...needs.map((id) => makeNode(id)), gate, makeGate('stay')]);
}
