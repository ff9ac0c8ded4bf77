import type { NodeId } from '../names.ts';
import type { Ask } from '../ask.ts';
import type { About, EventBody } from '../event.ts';
import { pathOf, type PlanNode, type Step } from '../plan.ts';
import type { Tools } from './tools.ts';
import { stepKey } from './agenda.ts';
import { lossOf } from './loss.ts';
import { openQuestion } from './open-question.ts';
import { impossible } from './possible.ts';
import { questionKey } from './reduce-asks.ts';
import type { NodeState } from './snapshot.ts';
import type { State } from './state.ts';
import { isTerminal } from './status.ts';
import { formatDuration } from '../units.ts';

/** A step failed, or nobody can know how it ended: people say what now. */
export function failedQuestion(
  s: State,
  node: PlanNode,
  step: Step,
  kind: 'failed' | 'unknown',
  tools: Tools,
): EventBody[] {
  const at = s.nodes[node.id]!.steps[stepKey(step)]!;
  const path = pathOf(node, step);
  const general = s.plan.questions[kind];
  const ask = step.attest
    ? {
        ...step.attest,
        choices: [...step.attest.choices, ...general.choices.filter((c) => c.name !== 'done')],
      }
    : general;
  return openQuestion(
    s,
    { node: node.id, path, question: kind, try: `${path}#${at.tries}` },
    allowed(ask, step),
    tools,
  );
}

/**
 * `done` and `skip` do not pass what guards something; a check is not done by hand; going on without a
 * `recover` is leaving the system out, which is a choice of its own.
 */
function allowed(general: Ask, step: Step): Ask {
  // What people could not do and then did all the same has answers, too.
  const ask = 'ask' in step ? { ...general, answers: step.ask.answers } : general;
  const barred = step.guards
    ? ['done', 'skip']
    : step.phase === 'verify'
      ? ['done']
      : step.phase === 'recover'
        ? ['skip']
        : [];
  return { ...ask, choices: ask.choices.filter((choice) => !barred.includes(choice.name)) };
}

/**
 * What touches something is never ended for being slow, nor for writing nothing: people are asked whether to wait. Where
 * nobody is there, silence alone asks nothing: it may be work.
 */
export function slowQuestion(s: State, node: PlanNode, step: Step, tools: Tools): EventBody[] {
  if (step.touches === 'nothing') return [];
  const path = pathOf(node, step);
  const ask = s.plan.questions.slow;
  for (const id of s.agenda.tries.get(node.id) ?? []) {
    const one = s.open[id];
    if (!one || one.ask || one.stopping || one.settles || one.path !== path) continue;
    const about = { node: node.id, path, question: 'slow', try: id } as const;
    if (s.now >= (one.askSlowAt ?? one.at + step.timeout)) return openQuestion(s, about, ask, tools);
    const { silentSince } = one;
    if (silentSince === undefined || ask.auto || s.now < (one.askSilentAt ?? 0)) continue;
    const title = `The step has written nothing for ${formatDuration(step.quiet ?? 0)}. Wait, or stop it?`;
    return openQuestion(s, { ...about, silentSince }, { ...ask, title }, tools);
  }
  return [];
}

/**
 * What is wanted does not come: go on without it, or wait? Asked when it has failed, or when waiting would
 * miss an objective; once more where people chose to wait and it has ended since. Where nobody is there, it
 * is waited for while it can come.
 */
export function wantQuestion(
  s: State,
  node: PlanNode,
  state: NodeState,
  want: NodeId,
  tools: Tools,
): EventBody[] {
  const { status } = s.nodes[want]!;
  const ask = s.plan.questions.want;
  const onItsWay = status === 'waits' || status === 'running';
  if (onItsWay && (ask.auto !== undefined || !s.agenda.late.has(node.id))) return [];
  const asked = state.asked?.[questionKey({ question: 'want', without: want })] ?? 0;
  if (state.waitFor?.includes(want) && (asked > 1 || !isTerminal(status))) return [];
  return openQuestion(s, { node: node.id, question: 'want', without: want }, ask, tools);
}

/** More was lost than the objective allows: people accept it before anything is built on it. */
export function lossQuestion(s: State, node: PlanNode, state: NodeState, tools: Tools): EventBody[] {
  const rpo = s.agenda.rpo.get(node.id);
  if (rpo === undefined || state.lossAccepted || state.recoveredUpTo === undefined) return [];
  const loss = lossOf(s, node.id);
  if (loss === undefined || loss <= rpo) return [];
  return openQuestion(s, { node: node.id, question: 'loss' }, s.plan.questions.loss, tools);
}

/** What is asked about a matter that has settled itself ends by itself. */
export function mootAsks(s: State, id: NodeId): EventBody[] {
  const moot: EventBody[] = [];
  for (const one of s.agenda.tries.get(id) ?? []) {
    const about = s.open[one]?.ask?.about;
    if (about && settled(s, about)) moot.push({ type: 'ended', try: one, outcome: 'moot', outputs: {} });
  }
  return moot;
}

function settled(s: State, about: About): boolean {
  const state = s.nodes[about.node]!;
  switch (about.question) {
    case 'failed':
    case 'unknown': {
      const step = s.agenda.places.get(about.path!)!.step;
      return state.steps[stepKey(step)]?.state !== about.question;
    }
    case 'slow': {
      const open = s.open[about.try!];
      return !open || (about.silentSince !== undefined && open.silentSince === undefined);
    }
    case 'gone':
      return state.unheardSince === undefined;
    case 'want':
      return s.nodes[about.without!]!.status === 'passed' || (state.without ?? []).includes(about.without!);
    case 'loss':
      return (
        state.lossAccepted === true || (lossOf(s, about.node) ?? 0) <= (s.agenda.rpo.get(about.node) ?? 0)
      );
    case 'proposal':
    case 'break-glass':
      return impossible(s, about.proposes!.change) !== undefined;
    case undefined: // a gate, or another step that asks: open as long as nothing else has passed it
      return state.steps[stepKey(s.agenda.places.get(about.path!)!.step)]?.state !== 'under-way';
    default:
      return about.question satisfies never;
  }
}
