import type { About, Event, Outcome } from '../event.ts';
import { note } from './agenda.ts';
import { placesOf } from '../eligible.ts';
import type { NodeState, OpenTry, StepState, Vote } from './snapshot.ts';
import type { State } from './state.ts';
import { tidiesUp } from './status.ts';
import { getUnderWay, pass, stepState, whereIs } from './step-state.ts';

type Of<T extends Event['type']> = Extract<Event, { type: T }>;

/** People are asked: by a step of the node, or by a question about it. */
export function reduceAsked(s: State, event: Of<'asked'>): void {
  const { about, ask, shown, rests } = event;
  const state = s.nodes[about.node]!;
  if (about.question) {
    const key = questionKey(about);
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
    ask: {
      ask,
      about,
      shown,
      rests,
      votes: about.question === 'proposal' ? firstVote(event) : [],
      reached: [],
    },
  };
  note(s.agenda, about.node, event.try, 1);
  s.agenda.asksOpen += 1;
}

/** Who proposes something agrees to it. */
function firstVote({ about, ask, at }: Of<'asked'>): Vote[] {
  const choice = ask.choices.find(({ rejects }) => !rejects);
  if (!about.proposes || !choice) return [];
  const fills = placesOf(choice.by).map((_, place) => place);
  const { by, channel, key } = about.proposes;
  return [{ by, choice: choice.name, channel, at, fills, ...(key !== undefined && { key }) }];
}

/** An opening came to its end. */
export function reduceAskEnded(s: State, { ask, node, path }: OpenTry, event: Of<'ended'>): void {
  s.agenda.asksOpen -= 1;
  if (ask!.about.question) endQuestion(s, s.nodes[node]!, node);
  else endAskStep(s, s.nodes[node]!, event, path!);
  if (ask!.ask.kind === 'declaration' && event.outcome === 'passed')
    s.moments.declaration = { at: event.at, assumed: false };
}

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
  if (event.outcome === 'left-out') {
    state.givenUp = true;
    if (!tidiesUp(node))
      s.deviations.push({
        at: event.at,
        by: 'muster',
        text: `${node.id} left out`,
        reason: at.message ?? '',
      });
  }
  if (at.state === 'shut') state.status = 'shut';
  for (const edge of s.agenda.dependents.get(node.id) ?? [])
    if (edge.as === 'want') s.agenda.dirty.add(edge.to);
}

function endQuestion(s: State, state: NodeState, node: string): void {
  const others = [...(s.agenda.tries.get(node) ?? [])].some((id) => s.open[id]?.ask?.about.question);
  if (!others && state.status === 'asks')
    state.status = Object.keys(state.steps).length > 0 ? 'running' : 'waits';
}

/** Counts how often a question was opened about one matter. */
export const questionKey = ({
  question,
  path,
  without,
}: Pick<About, 'question' | 'path' | 'without'>): string => `${question}:${path ?? without ?? ''}`;
