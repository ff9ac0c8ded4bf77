import { bringsAnswers } from '../ask.ts';
import type { Event } from '../event.ts';
import type { NodeId } from '../names.ts';
import { answersGiven } from './answers.ts';
import { noticesOf } from './notices.ts';
import { reduceBound, reduceUnheard } from './reduce-hosts.ts';
import { reduceAsked } from './reduce-asks.ts';
import { reduceEnded, reduceSilent, reduceTried } from './reduce-tries.ts';
import { reduceChanged } from './reduce-changes.ts';
import { votesThatCount } from './seats.ts';
import type { State } from './state.ts';
import { isTerminal, tidiesUp } from './status.ts';

/**
 * Folds one event into the state, in place: no copy of the whole, no clock, no chance. The same events
 * give the same state, whenever and wherever they are folded.
 */
export function reduce(s: State, event: Event): State {
  passTime(s, event.at);
  s.seq = event.seq;
  s.outbox.push(...noticesOf(s, event));
  switch (event.type) {
    case 'asked':
      reduceAsked(s, event);
      break;
    case 'tried':
      reduceTried(s, event);
      break;
    case 'silent':
      reduceSilent(s, event);
      break;
    case 'ended':
      reduceEnded(s, event);
      break;
    case 'voted':
      reduceVoted(s, event);
      break;
    case 'changed':
      reduceChanged(s, event);
      break;
    case 'became':
      reduceBecame(s, event);
      break;
    case 'budget':
      s.nodes[event.of]!.budget = { ...s.nodes[event.of]!.budget, [event.objective]: event.standing };
      break;
    case 'reminded':
    case 'escalated':
      reduceReminded(s, event);
      break;
    case 'told':
      s.outbox = s.outbox.filter(({ id }) => !event.notices.includes(id));
      break;
    case 'claimed':
      s.claim = 'held';
      delete s.claimAgainAt;
      delete s.claimHolder;
      for (const [id, missing] of s.agenda.missing) if (missing === 0) s.agenda.dirty.add(id);
      break;
    case 'refused':
      s.claim = 'refused';
      s.claimHolder = event.holder;
      s.claimAgainAt = event.at + claimEvery;
      break;
    case 'released':
      s.claim = 'released';
      break;
    case 'bound':
      reduceBound(s, event);
      break;
    case 'unheard':
      reduceUnheard(s, event);
      break;
    case 'began':
      s.startedWhy = event.reason;
      break;
    case 'continued':
    case 'tick':
      break;
    default:
      event satisfies never;
  }
  return s;
}

/** How long a run waits before it asks again for what another run holds. */
const claimEvery = 10_000;

/** Every moment between two events belongs to machines, to people or to neither. */
function passTime(s: State, at: number): void {
  const passed = Math.max(0, at - s.now);
  if (s.end === undefined && passed > 0) {
    if (s.agenda.underWay > 0) s.machines += passed;
    else if (s.agenda.asksOpen > 0 || s.heldBy !== undefined) s.people += passed;
    else s.neither += passed;
  }
  s.now = Math.max(s.now, at);
}

function reduceVoted(s: State, event: Extract<Event, { type: 'voted' }>): void {
  const { decision, verdict, key } = event;
  s.decided[decision.id] = verdict;
  if (verdict !== 'counted' || !('ask' in decision)) return;
  const ask = s.open[decision.ask]?.ask;
  if (!ask) return;
  const choice = ask.ask.choices.find(({ name }) => name === decision.choice)!;
  if (choice.begins) ask.votes = ask.votes.filter((earlier) => earlier.choice !== choice.name);
  const { by, channel, reason } = decision;
  const answers = answersGiven(votesThatCount(s, ask), choice)?.answers ?? decision.answers;
  ask.votes.push({
    ...{ by, choice: choice.name, channel, at: event.at, fills: event.fills ?? [], reason },
    ...(key !== undefined && { key }),
    ...(bringsAnswers(choice) && Object.keys(ask.ask.answers).length > 0 && { answers }),
  });
}

function reduceBecame(s: State, event: Extract<Event, { type: 'became' }>): void {
  if (event.of === 'run') {
    s.status = event.status as State['status'];
    if (s.status !== 'running' && s.status !== 'on-hold' && s.status !== 'ending') s.end = event.at;
    return;
  }
  const node = s.nodes[event.of]!;
  const was = node.status;
  node.status = event.status as typeof node.status;
  if (event.degraded) node.degraded = true;
  if (event.unverified) node.unverified = true;
  if (event.why !== undefined) node.why = event.why;
  if (isTerminal(node.status) && !isTerminal(was)) {
    node.endedAt = event.at;
    if (node.status === 'passed' && !node.unverified) node.verifiedAt = event.at;
    s.agenda.unfinished -= 1;
    tellDependents(s, event.of);
    if (s.plan.nodes[event.of]!.kind === 'rollback') endRollback(s, event.of);
  }
}

/** A system is rolled back; what tidies up has waited for it. */
function endRollback(s: State, id: NodeId): void {
  const { name } = s.plan.nodes[id]!;
  if (s.nodes[id]!.status === 'passed') s.nodes[name]!.rolledBack = true;
  for (const node of Object.values(s.plan.nodes))
    if (tidiesUp(node) && !isTerminal(s.nodes[node.id]!.status)) s.agenda.dirty.add(node.id);
}

function tellDependents(s: State, id: NodeId): void {
  const passed = s.nodes[id]!.status === 'passed';
  for (const edge of s.agenda.dependents.get(id) ?? []) {
    const missing = s.agenda.missing.get(edge.to)!;
    const counts = edge.as === 'after' || (edge.as === 'need' && passed);
    if (counts) s.agenda.missing.set(edge.to, missing - 1);
    if (!passed || missing - (counts ? 1 : 0) === 0) s.agenda.dirty.add(edge.to);
  }
}

function reduceReminded(s: State, event: Extract<Event, { type: 'reminded' | 'escalated' }>): void {
  const ask = s.open[event.try]?.ask;
  if (!ask) return;
  if (event.type === 'escalated') ask.reached.push(event.at);
  else ask.remindedAt = event.at;
}
