import type { Event, Outcome } from '../event.ts';
import { isDo, type Step } from '../plan.ts';
import type { Instant } from '../units.ts';
import { makeRoom } from './make-room.ts';
import { note, occupy, stepKey, type Place } from './agenda.ts';
import { placesOf } from '../eligible.ts';
import type { NodeState, StepState, Vote } from './snapshot.ts';
import type { State } from './state.ts';

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

/** People are asked: by a step of the node, or by a question about it. */
export function reduceAsked(s: State, event: Of<'asked'>): void {
  const { about, ask, shown, rests } = event;
  const state = s.nodes[about.node]!;
  if (about.question) {
    const key = questionKey(about.question, about.path ?? about.without ?? '');
    state.asked = { ...state.asked, [key]: (state.asked?.[key] ?? 0) + 1 };
    state.status = 'asks';
    for (const edge of s.agenda.dependents.get(about.node) ?? [])
      if (edge.as === 'want') s.agenda.dirty.add(edge.to);
  } else {
    const at = stepState(state, whereIs(s, about.path!).step);
    at.tries += 1;
    getUnderWay(state, at, event.at);
  }
  s.open[event.try] = {
    id: event.try,
    at: event.at,
    node: about.node,
    ...(about.path !== undefined && { path: about.path }),
    ask: { ask, about, shown, rests, votes: about.question === 'proposal' ? firstVote(event) : [], rungs: 0 },
  };
  note(s.agenda, about.node, event.try, 1);
  s.agenda.asksOpen += 1;
}

/** Who proposes something agrees to it. */
function firstVote({ about, ask, at }: Of<'asked'>): Vote[] {
  const choice = ask.choices.find(({ rejects }) => !rejects);
  if (!about.proposes || !choice) return [];
  const fills = placesOf(choice.by).map((_, place) => place);
  return [{ by: about.proposes.by, choice: choice.name, at, fills }];
}

function getUnderWay(state: NodeState, at: StepState, when: Instant): void {
  at.state = 'under-way';
  state.status = 'running';
  state.startedAt ??= when;
}

/** A step or an ask came to its end. */
export function reduceEnded(s: State, event: Of<'ended'>): void {
  const open = s.open[event.try];
  if (!open) return;
  delete s.open[event.try];
  note(s.agenda, open.node, event.try, -1);
  s.agenda.dirty.add(open.node);
  const state = s.nodes[open.node]!;
  if (open.ask) {
    s.agenda.asksOpen -= 1;
    if (open.ask.about.question) endQuestion(s, state, open.node);
    else endAskStep(s, state, event, open.path!);
    if (open.ask.ask.kind === 'declaration' && event.outcome === 'passed')
      s.moments.declaration = { at: event.at, assumed: false };
    return;
  }
  s.agenda.underWay -= 1;
  const { step } = whereIs(s, open.path!);
  occupy(s.agenda, step, -1);
  makeRoom(s, Object.keys(step.occupies).length > 0);
  if (open.settles !== undefined) endSettle(s, state, step, event, open.path!);
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
  if (event.outcome === 'failed' && mayRetry(step) && at.retried < step.retries.count && !s.ending) {
    at.retryAt = event.at + step.retries.every;
    s.agenda.retrying.add(whereIs(s, path).node.id);
  }
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

const askOutcome: Partial<Record<Outcome, StepState['state']>> = {
  rejected: 'shut',
  expired: 'shut',
  failed: 'failed',
  void: 'waits',
};

function endAskStep(s: State, state: NodeState, event: Of<'ended'>, path: string): void {
  const { node, step } = whereIs(s, path);
  const at = stepState(state, step);
  if (event.outcome === 'passed') {
    if (event.auto) s.plannedDecisions += step.takes;
    pass(s, state, step, event, path);
    return;
  }
  if (event.outcome === 'moot') return; // something else has opened it
  at.state = askOutcome[event.outcome] ?? 'shut';
  if (event.found?.message !== undefined) at.message = event.found.message;
  if (event.outcome === 'left-out') state.givenUp = true;
  if (at.state === 'shut') state.status = 'shut';
  for (const edge of s.agenda.dependents.get(node.id) ?? [])
    if (edge.as === 'want') s.agenda.dirty.add(edge.to);
}

function endQuestion(s: State, state: NodeState, node: string): void {
  const others = [...(s.agenda.tries.get(node) ?? [])].some((id) => s.open[id]?.ask?.about.question);
  if (!others && state.status === 'asks')
    state.status = Object.keys(state.steps).length > 0 ? 'running' : 'waits';
}

/** A step is passed: the next one is due. */
export function pass(
  s: State,
  state: NodeState,
  step: Step,
  event: { readonly at: number; readonly outputs: Readonly<Record<string, unknown>> },
  path: string,
  as: 'passed' | 'done' | 'skipped' = 'passed',
): void {
  if (nextStepOf(s, path) !== step) return;
  const at = stepState(state, step);
  at.state = as;
  at.passedAt = event.at;
  state.step += 1;
  for (const [key, value] of Object.entries(event.outputs)) {
    const ref = `${path}.${key}`;
    if (s.referred.has(ref)) s.outputs[ref] = value as State['outputs'][string];
  }
}

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

/** The state of a step, made where it was not reached before. */
export function stepState(state: NodeState, step: Step): StepState {
  return (state.steps[stepKey(step)] ??= { tries: 0, retried: 0, state: 'waits' });
}

function nextStepOf(s: State, path: string): Step | undefined {
  const { node } = whereIs(s, path);
  return node.steps[s.nodes[node.id]!.step];
}

/** The node and step that a path names. */
export function whereIs(s: State, path: string): Place {
  const place = s.agenda.places.get(path);
  if (!place) throw new RangeError(`no step at ${path}`);
  return place;
}

/** Counts how often a question was opened about one matter. */
export const questionKey = (question: string, matter: string): string => `${question}:${matter}`;
