import type { NodeId, Person } from '../names.ts';
import type { Choice } from '../ask.ts';
import type { Change } from '../change.ts';
import type { About, EventBody } from '../event.ts';
import { pathOf, type AskStep, type PlanNode } from '../plan.ts';
import type { Instant, Milliseconds } from '../units.ts';
import type { Scalar } from '../value.ts';
import { shownBy } from './shown.ts';
import { restsOn, type Tools } from './tools.ts';
import type { OpenTry, Vote } from './snapshot.ts';
import type { State } from './state.ts';

/** Opens an ask that is a step of a node: a gate or a manual step. */
export function openStep(s: State, node: PlanNode, step: AskStep, tries: number, tools: Tools): EventBody[] {
  const path = pathOf(node, step);
  const about: About = { node: node.id, path };
  const shown = shownBy(s, node, step);
  const id = `${path}#${tries + 1}`;
  return [
    { type: 'asked', try: id, about, ask: step.ask, shown, rests: restsOn({ id, about, shown }, tools) },
  ];
}

/** Asks of a node whose time has come: the ladder goes on, an ask that answers itself does, an opening closes. */
export function expire(s: State, id: NodeId): EventBody[] {
  const bodies: EventBody[] = [];
  for (const one of s.agenda.tries.get(id) ?? []) {
    const open = s.open[one];
    if (open?.ask) bodies.push(...timeOf(s, open, open.ask));
  }
  return bodies;
}

function timeOf(
  s: State,
  open: OpenTry,
  { ask, reached, remindedAt }: NonNullable<OpenTry['ask']>,
): EventBody[] {
  if (ask.auto && s.now >= open.at + ask.auto.after) {
    const choice = ask.choices.find((candidate) => candidate.name === ask.auto!.choice);
    if (choice)
      return conclude(
        open,
        choice,
        {},
        { by: 'muster', reason: 'planned decision of a rehearsal', auto: true },
      );
  }
  if (ask.timeout !== undefined && s.now >= open.at + ask.timeout) {
    const outcome = ask.onTimeout === 'leave-out' ? 'left-out' : 'expired';
    const found = { message: 'nobody answered in time' };
    return [{ type: 'ended', try: open.id, outcome, outputs: {}, found }];
  }
  const rung = ask.escalate[reached.length];
  if (rung && s.now >= open.at + rung.after) return [{ type: 'escalated', try: open.id, to: rung.to }];
  if (ask.remind !== undefined && s.now >= (remindedAt ?? open.at) + ask.remind)
    return [{ type: 'reminded', try: open.id }];
  return [];
}

/** When the next thing is due for an open ask by itself. */
export function askWakesAt(open: OpenTry): Instant | undefined {
  if (!open.ask) return undefined;
  const { ask, reached, remindedAt } = open.ask;
  const next = (delay: Milliseconds | undefined, since = open.at) =>
    delay === undefined ? [] : [since + delay];
  const times = [
    ...next(ask.auto?.after),
    ...next(ask.timeout),
    ...next(ask.escalate[reached.length]?.after),
    ...next(ask.remind, remindedAt),
  ];
  return times.length > 0 ? Math.min(...times) : undefined;
}

interface Decider {
  readonly by: string;
  readonly reason: string;
  readonly auto?: true;
  /** All who voted for it, the first of them first; absent where nobody did. */
  readonly voters?: readonly Vote[];
}

/** What follows when a choice has been made: the opening ends, and its changes happen to what it is about. */
export function conclude(
  open: OpenTry,
  choice: Choice,
  answers: Readonly<Record<string, Scalar>>,
  decider: Decider,
): EventBody[] {
  const about = open.ask!.about;
  const ended = (outcome: 'passed' | 'rejected' | 'failed' | 'left-out'): EventBody => ({
    type: 'ended',
    try: open.id,
    outcome,
    outputs: outcome === 'passed' ? answers : {},
    ...((outcome === 'failed' || outcome === 'left-out') && {
      found: { message: `${decider.by}: ${decider.reason}` },
    }),
    ...(decider.auto && { auto: true }),
  });
  if (choice.rejects) return [ended('rejected')];
  if (!about.question) {
    const [then] = choice.then;
    if (then?.on === 'step' && then.set === 'fail') return [ended('failed')];
    if (then?.on === 'node' && then.set === 'leaveOut') return [ended('left-out')];
    return [ended('passed')];
  }
  if (about.proposes) return [ended('passed'), ...agreed(about.proposes, decider)];
  const changes = choice.then.map((then): EventBody => ({
    type: 'changed',
    change: aim(then, about, answers),
    channel: 'cli',
    ...jointly(decider),
  }));
  return [ended('passed'), ...changes];
}

/** Who decided something and why: the first of them, and in the reason whoever agreed. */
function jointly({ by, reason, voters = [] }: Decider): { readonly by: Person; readonly reason: string } {
  const [first, ...others] = voters;
  if (!first) return { by, reason };
  const why = others.map((other) => `${other.by} agreed${other.reason ? `: ${other.reason}` : ''}`);
  return { by: first.by, reason: [first.reason ?? '', ...why].filter((one) => one !== '').join('; ') };
}

/** What one person proposed and another agreed to, or nobody objected to. */
function agreed({ change, by, reason }: NonNullable<About['proposes']>, decider: Decider): EventBody[] {
  const how = decider.auto ? 'nobody objected' : `${decider.by} agreed: ${decider.reason}`;
  return [{ type: 'changed', change, by, channel: 'cli', reason: `${reason}; ${how}` }];
}

/** Aims what a choice says at what the ask is about. */
function aim(then: Choice['then'][number], about: About, answers: Readonly<Record<string, Scalar>>): Change {
  if (then.on === 'run') return then;
  if (then.on === 'node') {
    return {
      on: 'node',
      node: about.node,
      set: then.set,
      ...(about.without !== undefined && { without: about.without }),
    };
  }
  return {
    on: 'step',
    path: about.path!,
    set: then.set,
    ...(about.try !== undefined && { try: about.try }),
    ...(then.set === 'done' && { outputs: answers }),
  };
}
