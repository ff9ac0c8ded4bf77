import type { Change } from '../change.ts';
import type { PlanNode, QuestionKind, Step } from '../plan.ts';
import type { KeyId } from '../roster.ts';
import { keyOf } from '../vouch.ts';
import { stepKey } from './agenda.ts';
import { isHostChange } from './reduce-hosts.ts';
import { called } from './called.ts';
import type { NodeState, StepState } from './snapshot.ts';
import type { State } from './state.ts';
import { isTerminal } from './status.ts';

/** Why a change cannot be made now, in words for the person who proposed it; undefined when it can. */
export function impossible(s: State, change: Change): string | undefined {
  if (s.end !== undefined) return 'the run has ended';
  switch (change.on) {
    case 'run':
      return impossibleForRun(s, change.set);
    case 'node':
      return impossibleForNode(s, change);
    case 'step':
      return impossibleForStep(s, change);
    case 'record':
      return impossibleForRecord(s, change);
    default:
      return change satisfies never;
  }
}

function impossibleForRun(s: State, set: Extract<Change, { on: 'run' }>['set']): string | undefined {
  if (set === 'abort') return 'a run is not aborted by people: cancel it, or stand it down';
  if (set === 'resume') return s.heldBy === undefined ? 'the run is not on hold' : undefined;
  if (set === 'rollback') return impossibleToRollBack(s);
  if (s.ending !== undefined && !(set === 'kill' && !s.killing))
    return `the run is ending already (${s.ending})`;
  if (set === 'hold' && s.heldBy !== undefined) return `the run is on hold already, by ${s.heldBy}`;
  if (set === 'standDown' && s.plan.mode !== 'live')
    return 'only a live run can be stood down; cancel a rehearsal';
  return undefined;
}

/** After a step from which nothing leads back there is only failback; what was cleaned up cannot be put back. */
function impossibleToRollBack(s: State): string | undefined {
  const nodes = Object.values(s.plan.nodes);
  if (s.ending === 'rollback' || s.ending === 'abort') return `the run is ending already (${s.ending})`;
  if (!nodes.some(({ kind }) => kind === 'rollback')) return 'no system of this run has rollback steps';
  for (const node of nodes) {
    const { steps, startedAt } = s.nodes[node.id]!;
    const passed = node.steps.find((step) => step.noReturn && (steps[stepKey(step)]?.tries ?? 0) > 0);
    if (passed)
      return `${passed.id} of ${node.id} was begun, and nothing leads back behind it: only failback does`;
    if (node.kind === 'cleanup' && startedAt !== undefined) return `the clean-up has begun (${node.id})`;
  }
  return undefined;
}

function impossibleForNode(s: State, change: Extract<Change, { on: 'node' }>): string | undefined {
  const known = Object.hasOwn(s.nodes, change.node);
  const state = known ? s.nodes[change.node] : undefined;
  const node = known ? s.plan.nodes[change.node] : undefined;
  if (!state || !node) return `there is no ${change.node} in this run`;
  if (isTerminal(state.status)) return `${change.node} has ended (${state.status})`;
  if (change.set === 'goOn' || change.set === 'wait') {
    if (change.without === undefined || !node.wants.includes(change.without)) {
      return `${change.node} does not want ${change.without ?? 'that'}`;
    }
    return Object.keys(state.steps).length > 0 ? `${change.node} has started already` : undefined;
  }
  if (change.set === 'accept')
    return asksAbout(s, change.node, 'loss') ? undefined : `there is no loss of ${change.node} to accept now`;
  if (isHostChange(change.set)) return 'that comes only from an ask';
  if (change.set === 'askAgain') return state.status === 'shut' ? undefined : `${change.node} is not shut`;
  const busy = [...(s.agenda.tries.get(change.node) ?? [])].find((id) => !s.open[id]!.ask);
  if (busy !== undefined) return `${called(busy)} is under way: stop it first, or wait for it`;
  return node.kind === 'run' ? 'what a run does for itself cannot be left out' : undefined;
}

function impossibleForStep(s: State, change: Extract<Change, { on: 'step' }>): string | undefined {
  const place = s.agenda.places.get(change.path);
  if (!place) return `there is no step ${change.path} in this run`;
  const { node, step } = place;
  const state = s.nodes[node.id]!;
  const at = state.steps[stepKey(step)];
  if (isTerminal(state.status)) return `${node.id} has ended (${state.status})`;
  if (change.try !== undefined && change.try !== `${change.path}#${at?.tries ?? 0}`) {
    return `that was about an earlier try of ${called(change.path)}: look at it again`;
  }
  const next = node.steps[state.step] === step;
  const stuck = at?.state === 'failed' || at?.state === 'unknown';
  switch (change.set) {
    case 'pass':
    case 'fail':
      return 'that comes only from an ask';
    case 'retry':
      return next && (stuck || at?.state === 'shut')
        ? undefined
        : `${called(change.path)} has not failed and is not shut`;
    case 'done':
    case 'skip':
      return notByHand(step, change.set) ?? notNext(node, state, at, next && change.path);
    case 'stop':
    case 'wait':
      return at?.state === 'under-way' ? undefined : `${called(change.path)} is not under way`;
    case 'breakGlass':
      if (s.roster?.breakGlass && s.revoked.includes(s.roster.breakGlass.key.id))
        return 'the sealed key was revoked';
      return 'ask' in step && step.ask.kind === 'gate' && (at?.state === 'under-way' || at?.state === 'shut')
        ? undefined
        : `${called(change.path)} is no gate that is asked or shut now`;
    default:
      return change.set satisfies never;
  }
}

/** What must be proved is not said: a check is tried again or skipped, a guard is neither done nor skipped. */
function notByHand(step: Step, set: 'done' | 'skip'): string | undefined {
  const said = set === 'done' ? 'marked done' : 'skipped';
  if (step.guards || 'ask' in step) return `${step.id} guards something: it cannot be ${said}`;
  if (set === 'done' && step.phase === 'verify') {
    return `${step.id} is a check: try it again, or skip it, and the system counts as unverified`;
  }
  return undefined;
}

/** Only the next step of a node that has started can be done by hand: what it needs is there, its gates are open. */
function notNext(
  node: PlanNode,
  state: NodeState,
  at: StepState | undefined,
  next: string | false,
): string | undefined {
  if (state.startedAt === undefined) return `${node.id} has not started: it waits for what it needs`;
  const idle = at === undefined || at.state === 'waits' || at.state === 'failed' || at.state === 'unknown';
  return next !== false && idle ? undefined : `that is not the next step of ${node.id}, or it is under way`;
}

function impossibleForRecord(s: State, change: Extract<Change, { on: 'record' }>): string | undefined {
  if ('note' in change.set) return change.set.note.trim() === '' ? 'the note is empty' : undefined;
  const { set } = change;
  if ('commander' in set) {
    return s.roster && !Object.hasOwn(s.roster.people, set.commander)
      ? `the roster knows no ${set.commander}`
      : undefined;
  }
  if ('command' in set) return s.offered ? undefined : 'nobody has offered the command';
  if ('revoke' in set) return impossibleToRevoke(s, set.revoke);
  if ('moment' in set && set.at > s.now) return 'that moment lies in the future';
  return undefined;
}

function impossibleToRevoke(s: State, key: KeyId): string | undefined {
  if (!s.roster || !keyOf(s.roster, key)) return `the roster knows no key ${key}`;
  return s.revoked.includes(key) ? `the key ${key} was revoked already` : undefined;
}

/** Whether people are being asked that question about a node. */
const asksAbout = (s: State, node: string, question: QuestionKind): boolean =>
  [...(s.agenda.tries.get(node) ?? [])].some((id) => s.open[id]?.ask?.about.question === question);
