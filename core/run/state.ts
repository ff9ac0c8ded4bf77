import type { NodeId, Person } from '../names.ts';
import type { Host } from '../change.ts';
import type { Plan } from '../plan.ts';
import type { Roster } from '../roster.ts';
import type { Instant } from '../units.ts';
import { makeAgenda, type Agenda } from './agenda.ts';
import { outputsReferredTo } from './outputs.ts';
import type { NodeState, Snapshot } from './snapshot.ts';

/** The state of a run: the fold of its events, with what is derived from it for speed. */
export interface State extends Snapshot {
  readonly plan: Plan;
  /** The people of the run; without one, only names as typed are known. */
  readonly roster?: Roster;
  readonly agenda: Agenda;
  readonly referred: ReadonlySet<string>;
}

export interface Beginning {
  readonly plan: Plan;
  readonly run: string;
  readonly by: Person;
  readonly at: Instant;
  readonly disruption?: Instant;
  readonly detection?: Instant;
  readonly declaration?: Instant;
  readonly host?: Host;
  readonly roster?: Roster;
  readonly partOf?: Snapshot['partOf'];
}

/**
 * The state before the first event. A declaration that is not given is assumed to be the start; a disruption, the first
 * moment that is known: it broke before anybody noticed.
 */
export function begin(beginning: Beginning): State {
  const { plan, run, by, at } = beginning;
  const declared = beginning.declaration ?? at;
  const nodes = Object.fromEntries(
    Object.keys(plan.nodes).map((id): [NodeId, NodeState] => [id, { status: 'waits', step: 0, steps: {} }]),
  );
  const snapshot: Snapshot = {
    version: 1,
    run,
    seq: 0,
    now: at,
    status: 'running',
    starter: by,
    commander: by,
    ...(beginning.partOf && { partOf: beginning.partOf }),
    revoked: [],
    present: {},
    ...(beginning.host && { host: beginning.host }),
    start: at,
    moments: {
      disruption: {
        at: beginning.disruption ?? Math.min(declared, beginning.detection ?? declared),
        assumed: beginning.disruption === undefined,
      },
      declaration: { at: declared, assumed: beginning.declaration === undefined },
      ...(beginning.detection !== undefined && { detection: { at: beginning.detection, assumed: false } }),
    },
    machines: 0,
    people: 0,
    neither: 0,
    plannedDecisions: 0,
    claim: plan.claims.length > 0 ? 'wanted' : 'held',
    nodes,
    open: {},
    outputs: {},
    decided: {},
    outbox: [],
    notes: [],
    deviations: [],
  };
  return restore(plan, snapshot, beginning.roster);
}

/** A state from what was carried over: what is derived is derived again, in time linear in the plan. */
export function restore(plan: Plan, snapshot: Snapshot, roster?: Roster): State {
  return {
    ...snapshot,
    plan,
    ...(roster && { roster }),
    agenda: makeAgenda(plan, snapshot),
    referred: outputsReferredTo(plan),
  };
}

/** What continues: the state without what can be derived. */
export function snapshotOf(state: State): Snapshot {
  const { plan: _plan, roster: _roster, agenda: _agenda, referred: _referred, ...snapshot } = state;
  return snapshot;
}
