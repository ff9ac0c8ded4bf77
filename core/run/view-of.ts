import type { NodeKind } from '../plan.ts';
import type { Instant, Milliseconds } from '../units.ts';
import type { AskView, NodeView, RunView } from '../view.ts';
import { begunBy } from './begun.ts';
import { cleanupView } from './cleanup-view.ts';
import { clockStart } from './clock.ts';
import { steeredBy } from './command.ts';
import { nodeView } from './node-view.ts';
import { seatsTeller } from './open-seats.ts';
import { outlook } from './outlook.ts';
import { rollcallOf } from './rollcall.ts';
import { stepKey } from './agenda.ts';
import { type OpenAsk, votesThatCount } from './seats.ts';
import type { OpenTry } from './snapshot.ts';
import type { State } from './state.ts';
import { stuckNodes } from './stuck.ts';

/** Everything about a run that a face needs, as of `now`; changes nothing. */
export function viewOf(s: State, now: Instant): RunView {
  const at = s.end ?? Math.max(now, s.now);
  const looking = { now: at, look: outlook(s, at), stuck: stuckNodes(s) };
  const of = (...kinds: NodeKind[]): NodeView[] =>
    Object.values(s.plan.nodes)
      .filter((node) => kinds.includes(node.kind))
      .map((node) => nodeView(s, node, looking));
  const functions = of('function');
  const nodes = of('system', 'gate');
  const targets = functions.length > 0 ? functions : nodes.filter((node) => node.kind === 'system');
  const everyone = [...functions, ...nodes];
  const rollcall = rollcallOf(s);
  const steering = steeredBy(s);
  const seatsOf = seatsTeller(s, at);
  const cleanup = cleanupView(s);
  return {
    format: 1,
    run: s.run,
    runbook: { name: s.plan.runbook.name, title: s.plan.runbook.title },
    plan: { digest: s.plan.digest, revision: s.plan.revision },
    mode: s.plan.mode,
    from: s.plan.from.name,
    to: s.plan.to.name,
    parameters: s.plan.parameters,
    status: s.status,
    startedBy: s.starter,
    ...(s.startedWhy !== undefined && { startedWhy: s.startedWhy }),
    ...(s.partOf && { partOf: s.partOf }),
    commander: s.commander,
    ...(steering && { steeredBy: steering }),
    ...(s.roster && { roster: { name: s.roster.name, digest: s.roster.digest } }),
    ...(s.offered && { offered: s.offered }),
    ...(rollcall && { rollcall }),
    now: at,
    moments: { ...s.moments, start: s.start, ...(s.end !== undefined && { end: s.end }) },
    clock: s.plan.clock,
    time: timeOf(s, at),
    functions,
    nodes,
    inner: of(
      'run',
      'prepare',
      'fence',
      'cleanup',
      ...(s.ending === 'rollback' ? (['rollback'] as const) : []),
    ),
    asks: Object.values(s.open).flatMap((open) =>
      open.ask ? [askView(s, open, open.ask, seatsOf?.(open.ask))] : [],
    ),
    criticalPath: looking.look.criticalPath,
    ...(cleanup && { cleanup }),
    notes: s.notes,
    deviations: s.deviations,
    lastEvent: s.seq,
    degraded: targets.some((node) => node.degraded),
    unverified: targets.some((node) => node.unverified),
    late: everyone.some((node) => node.rto?.standing === 'missed' || node.mtpd?.standing === 'missed'),
    lostTooMuch: everyone.some(
      (node) => node.loss?.objective !== undefined && node.loss.amount > node.loss.objective,
    ),
    ...(s.heldBy !== undefined && { heldBy: s.heldBy }),
    ...(s.endingWhy !== undefined && { endingWhy: s.endingWhy }),
    ...(s.claim === 'refused' && s.claimHolder !== undefined && { waitsForClaim: s.claimHolder }),
  };
}

/** What has passed since the last event belongs to whom the last event left it. */
function timeOf(s: State, at: Instant): RunView['time'] {
  const since = s.end === undefined ? Math.max(0, at - s.now) : 0;
  const whose =
    s.agenda.underWay > 0
      ? 'machines'
      : s.agenda.asksOpen > 0 || s.heldBy !== undefined
        ? 'people'
        : 'neither';
  const part = (name: 'machines' | 'people' | 'neither'): Milliseconds =>
    s[name] + (whose === name ? since : 0);
  return {
    beforeStart: s.plan.mode === 'live' ? Math.max(0, s.start - clockStart(s)) : 0,
    machines: part('machines'),
    people: part('people'),
    neither: part('neither'),
    plannedDecisions: s.plannedDecisions,
  };
}

function askView(s: State, open: OpenTry, opened: OpenAsk, seats: AskView['seats']): AskView {
  const { ask, about, shown, rests, reached, remindedAt } = opened;
  const begun = begunBy(opened);
  const place = about.path === undefined ? undefined : s.agenda.places.get(about.path);
  const message = place && s.nodes[place.node.id]!.steps[stepKey(place.step)]?.message;
  return {
    try: open.id,
    about,
    ask,
    shown,
    rests,
    openedAt: open.at,
    votes: votesThatCount(s, opened)
      .filter((vote) => vote !== begun)
      .map(({ by, choice, channel, at, answers }) => ({
        ...{ by, choice, channel, at },
        ...(answers && { answers }),
      })),
    ...(seats && { seats }),
    reached: ask.escalate.flatMap(({ to }, at) => (at < reached.length ? [{ to, at: reached[at]! }] : [])),
    ...(remindedAt !== undefined && { remindedAt }),
    ...(begun && place && { begun: { by: begun.by, at: begun.at, dueAt: begun.at + place.step.takes } }),
    ...(ask.timeout !== undefined && { closesAt: open.at + ask.timeout }),
    ...(message !== undefined && { message }),
  };
}
