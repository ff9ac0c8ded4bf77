import type { HostChange } from '../change.ts';
import type { Event } from '../event.ts';
import type { NodeId } from '../names.ts';
import type { Instant, Milliseconds } from '../units.ts';
import { boundHost, hostOf, sharing } from './placed.ts';
import type { State } from './state.ts';
import { isTerminal } from './status.ts';

/** How long a host that people chose to wait for is waited for before they are asked again. */
const waitedFor: Milliseconds = 10 * 60_000;

export const isHostChange = (set: string): set is HostChange =>
  set === 'awaitHost' || set === 'abandon' || set === 'rebind' || set === 'anew';

/** A worker host was found for the run, or for the nodes of a placement. */
export function reduceBound(s: State, event: Extract<Event, { type: 'bound' }>): void {
  const placement = s.plan.nodes[event.node]?.placement;
  if (!placement) s.host = event.host;
  else s.hosts = { ...s.hosts, [placement.key]: event.host };
  for (const { id, placement: of } of Object.values(s.plan.nodes)) {
    if (of?.key !== placement?.key || isTerminal(s.nodes[id]!.status)) continue;
    heard(s, id);
    s.agenda.unplaced.delete(id);
    s.agenda.dirty.add(id);
  }
}

/** No worker host takes up what a node needs, or one does again. */
export function reduceUnheard(s: State, event: Extract<Event, { type: 'unheard' }>): void {
  if (event.since === undefined) heard(s, event.node);
  else {
    s.nodes[event.node]!.unheardSince = event.since;
    if (event.why !== undefined) s.nodes[event.node]!.unheardWhy = event.why;
    s.agenda.unheard.add(event.node);
  }
  s.agenda.dirty.add(event.node);
}

/** A node's worker host says something, or nobody waits for that any more. */
export function heard(s: State, id: NodeId): void {
  const node = s.nodes[id]!;
  delete node.unheardSince;
  delete node.unheardWhy;
  delete node.askUnheardAt;
  s.agenda.unheard.delete(id);
}

/** What people decided about a worker host that says nothing. */
export function changeHost(s: State, id: NodeId, set: HostChange, at: Instant): void {
  switch (set) {
    case 'awaitHost':
      s.nodes[id]!.askUnheardAt = at + waitedFor;
      break;
    case 'abandon':
      abandon(s, id);
      break;
    case 'rebind':
      rebind(s, id);
      break;
    case 'anew':
      s.nodes[id]!.anew = true;
      if (![...(s.agenda.tries.get(id) ?? [])].some((one) => s.open[one]!.lost)) beginAnew(s, id);
      break;
  }
}

/** What of that must stand in the report. */
export function hostGivenUp(s: State, id: NodeId, set: HostChange): string | undefined {
  if (set === 'rebind') return `the worker host ${hostOf(s, s.plan.nodes[id]!)?.name} of ${id} was given up`;
  const underWay = [...(s.agenda.tries.get(id) ?? [])].some((one) => !s.open[one]!.ask);
  return set === 'abandon' && underWay
    ? `what was under way of ${id} on its worker host was given up`
    : undefined;
}

function abandon(s: State, id: NodeId): void {
  heard(s, id);
  for (const one of s.agenda.tries.get(id) ?? []) if (!s.open[one]!.ask) s.open[one]!.lost = true;
  s.agenda.dirty.add(id);
}

/** The host is given up for all that shared it; another one is found for them. */
function rebind(s: State, id: NodeId): void {
  const key = s.plan.nodes[id]!.placement?.key;
  const host = boundHost(s, s.plan.nodes[id]!);
  if (host) s.goneHosts = [...(s.goneHosts ?? []), host.id];
  if (key === undefined) delete s.host;
  else if (s.hosts) delete s.hosts[key];
  for (const node of sharing(s, id)) abandon(s, node.id);
}

/** A node begins again at its first step; its tries are counted on, so that none has the name of an earlier one. */
export function beginAnew(s: State, id: NodeId): void {
  const node = s.nodes[id]!;
  delete node.anew;
  node.step = 0;
  node.checks = [];
  for (const step of Object.values(node.steps)) {
    step.state = 'waits';
    delete step.retryAt;
    delete step.message;
    delete step.passedAt;
  }
  s.agenda.retrying.delete(id);
  s.agenda.dirty.add(id);
}
