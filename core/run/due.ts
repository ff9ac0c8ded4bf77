import type { NodeId, TryId } from '../names.ts';
import type { Notice } from '../notice.ts';
import type { Placement } from '../plan.ts';
import type { Instant } from '../units.ts';
import { askWakesAt } from './asks.ts';
import { nextBudget } from './budgets.ts';
import type { State } from './state.ts';

/** What must be under way now, and when to look again. Follows from the state, never from a transition. */
export interface Due {
  /** Steps that must be under way. */
  readonly tries: readonly TryId[];
  /** Steps that must be stopped. */
  readonly stops: readonly TryId[];
  /** Placements for which a worker host must be found, each with the nodes that wait for it. */
  readonly placements: readonly Unplaced[];
  /** What must be handed over to the courier. */
  readonly notices: readonly Notice[];
  readonly claim: 'take' | 'give' | undefined;
  readonly wakeAt: Instant | undefined;
}

export interface Unplaced extends Placement {
  readonly nodes: readonly NodeId[];
}

/** With the words of people in them, a hundred stay far below what the server takes at once. */
const toldAtOnce = 100;

/** Derived again after a crash, a reset or a continue-as-new: the same state gives the same work. */
export function due(s: State): Due {
  const tries: TryId[] = [];
  const stops: TryId[] = [];
  let wakeAt = Infinity;
  const wake = (at: Instant | undefined) => {
    if (at !== undefined && at < wakeAt) wakeAt = at;
  };
  for (const open of Object.values(s.open)) {
    if (open.ask) wake(askWakesAt(open));
    else {
      tries.push(open.id);
      if (open.stopping) stops.push(open.id);
      else if (!open.lost) {
        wake(slowAt(s, open));
        if (open.silentSince !== undefined && (open.askSilentAt ?? 0) > s.now) wake(open.askSilentAt);
      }
    }
  }
  for (const id of s.agenda.retrying) {
    for (const step of Object.values(s.nodes[id]!.steps)) wake(step.retryAt);
  }
  for (const id of s.agenda.unheard) {
    const { askUnheardAt = 0 } = s.nodes[id]!;
    if (askUnheardAt > s.now) wake(askUnheardAt);
  }
  if (s.claim === 'refused') wake(s.claimAgainAt);
  wake(nextBudget(s));
  return {
    tries,
    stops,
    placements: unplaced(s),
    notices: s.outbox.slice(0, toldAtOnce),
    claim: claimDue(s),
    wakeAt: wakeAt === Infinity ? undefined : wakeAt,
  };
}

function unplaced(s: State): Unplaced[] {
  const all = new Map<string, { label: string; key: string; nodes: NodeId[] }>();
  for (const id of s.agenda.unplaced) {
    const { placement } = s.plan.nodes[id]!;
    if (!placement || s.hosts?.[placement.key]) continue;
    const one = all.get(placement.key) ?? { ...placement, nodes: [] };
    one.nodes.push(id);
    all.set(placement.key, one);
  }
  return [...all.values()];
}

/** A step that touches something is asked about when it is slow; one question at a time. */
function slowAt(s: State, open: State['open'][string]): Instant | undefined {
  const step = s.agenda.places.get(open.path!)!.step;
  if (step.touches === 'nothing') return undefined;
  const at = open.askSlowAt ?? open.at + step.timeout;
  return at > s.now ? at : undefined;
}

function claimDue(s: State): 'take' | 'give' | undefined {
  if (s.claim === 'wanted') return 'take';
  if (s.claim === 'refused')
    return s.claimAgainAt !== undefined && s.claimAgainAt <= s.now ? 'take' : undefined;
  const over = s.agenda.unfinished === 0 && Object.keys(s.open).length === 0 && s.end === undefined;
  return s.claim === 'held' && over && s.plan.claims.length > 0 ? 'give' : undefined;
}

/** Marks the nodes whose time may have come: the tick of the clock. */
export function tick(s: State): void {
  for (const open of Object.values(s.open)) s.agenda.dirty.add(open.node);
  for (const id of [...s.agenda.retrying, ...s.agenda.unheard]) s.agenda.dirty.add(id);
}
