import type { Event } from '../event.ts';
import { isDo, type Step } from '../plan.ts';
import { makeRoom } from './make-room.ts';
import { beginAnew, heard } from './reduce-hosts.ts';
import { note, occupy } from './agenda.ts';
import { reduceAskEnded } from './reduce-asks.ts';
import type { NodeState } from './snapshot.ts';
import type { State } from './state.ts';
import { getUnderWay, pass, stepState, whereIs } from './step-state.ts';

type Of<T extends Event['type']> = Extract<Event, { type: T }>;

/** A step was started. */
export function reduceTried(s: State, event: Of<'tried'>): void {
  const { node, step } = whereIs(s, event.path);
  const state = s.nodes[node.id]!;
  const at = stepState(state, step);
  if (at.retryAt !== undefined) {
    at.retried += 1;
    delete at.retryAt;
    s.agenda.retrying.delete(node.id);
  }
  if (event.as === 'settle') at.settled = at.tries;
  else at.tries += 1;
  getUnderWay(state, at, event.at);
  s.open[event.try] = {
    id: event.try,
    at: event.at,
    node: node.id,
    path: event.path,
    ...(event.of !== undefined && { settles: event.of }),
  };
  note(s.agenda, node.id, event.try, 1);
  s.agenda.underWay += 1;
  occupy(s.agenda, step, 1);
}

/** Nothing is heard of a step any more, or it is heard of again. */
export function reduceSilent(s: State, event: Of<'silent'>): void {
  const open = s.open[event.try];
  if (!open || open.ask) return;
  if (event.since === undefined) delete open.silentSince;
  else open.silentSince = event.since;
  s.agenda.dirty.add(open.node);
}

/** A step or an ask came to its end. */
export function reduceEnded(s: State, event: Of<'ended'>): void {
  const open = s.open[event.try];
  if (!open) return;
  delete s.open[event.try];
  note(s.agenda, open.node, event.try, -1);
  s.agenda.dirty.add(open.node);
  if (open.ask) {
    reduceAskEnded(s, open, event);
    return;
  }
  const state = s.nodes[open.node]!;
  if (!open.lost) heard(s, open.node);
  s.agenda.underWay -= 1;
  const { step } = whereIs(s, open.path!);
  occupy(s.agenda, step, -1);
  makeRoom(s, Object.keys(step.occupies).length > 0);
  if (open.lost) endLost(s, state, step, event, open.path!);
  else if (open.settles !== undefined) endSettle(s, state, step, event, open.path!);
  else endStep(s, state, step, event, open.path!);
}

function endStep(s: State, state: NodeState, step: Step, event: Of<'ended'>, path: string): void {
  const at = stepState(state, step);
  keepFound(state, event);
  if (event.outcome === 'passed') {
    pass(s, state, step, event, path);
    return;
  }
  s.agenda.budgetAt = undefined;
  at.state = event.outcome === 'unknown' ? 'unknown' : 'failed';
  if (event.found?.message !== undefined) at.message = event.found.message;
  const again = event.outcome === 'failed' && !event.found?.terminal && mayRetry(step);
  if (again && at.retried < step.retries.count && !s.ending) {
    at.retryAt = event.at + step.retries.every;
    s.agenda.retrying.add(whereIs(s, path).node.id);
  }
}

/** Where its host was given up, another host cannot look at what it left; and the step may be behind us by now. */
function endLost(s: State, state: NodeState, step: Step, event: Of<'ended'>, path: string): void {
  const at = stepState(state, step);
  if (at.state === 'under-way') endStep(s, state, step, event, path);
  at.settled = at.tries;
  if (state.anew) beginAnew(s, whereIs(s, path).node.id);
}

/** A look at what a try left: it was done, with all outputs that others need, or people are asked. */
function endSettle(s: State, state: NodeState, step: Step, event: Of<'ended'>, path: string): void {
  const at = stepState(state, step);
  if (event.found?.message !== undefined) at.message = `${at.message ?? 'unknown'}; ${event.found.message}`;
  const needed = [...s.referred].filter((key) => key.startsWith(`${path}.`));
  const known = needed.every((key) => Object.hasOwn(event.outputs, key.slice(path.length + 1)));
  if (event.outcome === 'passed' && known) pass(s, state, step, event, path);
  else at.state = 'unknown';
}

const mayRetry = (step: Step): boolean => isDo(step) && (step.touches === 'nothing' || step.rerun !== 'once');

function keepFound(state: NodeState, event: Of<'ended'>): void {
  const found = event.found;
  if (!found) return;
  if (found.recoveredUpTo !== undefined) state.recoveredUpTo = found.recoveredUpTo;
  if (found.newestRecord !== undefined) state.newestRecord = found.newestRecord;
  if (found.point !== undefined) state.point = found.point;
  if (found.alreadyStopped !== undefined)
    state.alreadyStopped = (state.alreadyStopped ?? true) && found.alreadyStopped;
  if (found.checks?.length) state.checks = [...(state.checks ?? []), ...found.checks].slice(-20);
  if (found.made?.length) state.made = [...(state.made ?? []), ...found.made];
}
