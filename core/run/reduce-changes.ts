import type { Change } from '../change.ts';
import type { Event } from '../event.ts';
import type { Person } from '../names.ts';
import type { KeyId } from '../roster.ts';
import type { Instant } from '../units.ts';
import { stepKey } from './agenda.ts';
import { changeHost, hostGivenUp, isHostChange } from './reduce-hosts.ts';
import { pass, stepState, whereIs } from './step-state.ts';
import { type OpenAsk, votesThatCount } from './seats.ts';
import type { NodeState, Vote } from './snapshot.ts';
import type { State } from './state.ts';
import { isTerminal } from './status.ts';

/** People altered something; what follows from it is found by `advance`. */
export function reduceChanged(s: State, event: Extract<Event, { type: 'changed' }>): void {
  const { change } = event;
  const text = deviation(s, change);
  switch (change.on) {
    case 'run':
      changeRun(s, change.set, event);
      break;
    case 'node':
      changeNode(s, change, event.at);
      break;
    case 'step':
      changeStep(s, change, event.at);
      break;
    case 'record':
      changeRecord(s, change.set, event);
      break;
    default:
      change satisfies never;
  }
  if (text === undefined) return;
  const finding = change.on === 'step' && change.set === 'breakGlass';
  const { at, by, reason } = event;
  s.deviations.push({ at, by, text, reason, ...(finding && { finding }) });
}

function changeRecord(
  s: State,
  set: Extract<Change, { on: 'record' }>['set'],
  { at, by }: { readonly at: Instant; readonly by: Person },
): void {
  if ('note' in set) s.notes.push({ at, by, text: set.note });
  else if ('commander' in set) {
    if (s.roster) s.offered = { to: set.commander, by, at };
    else s.commander = set.commander;
  } else if ('command' in set) {
    s.commander = by;
    delete s.offered;
    keepVotes(s, (votes, ask) => votesThatCount(s, { ...ask, votes }));
  } else if ('rollcall' in set) s.rollcallAt = at;
  else if ('present' in set) s.present[by] = at;
  else if ('revoke' in set) revoke(s, set.revoke);
  else {
    s.moments[set.moment] = { at: set.at, assumed: false };
    judgeAnew(s);
  }
}

/** What a key signed counts no more where nothing has come of it yet. */
function revoke(s: State, key: KeyId): void {
  s.revoked.push(key);
  keepVotes(s, (votes) => votes.filter((vote) => vote.key !== key));
  for (const { ask, node } of Object.values(s.open))
    if (ask?.about.question === 'break-glass') s.agenda.dirty.add(node);
}

function keepVotes(s: State, kept: (votes: Vote[], ask: OpenAsk) => Vote[]): void {
  for (const { ask } of Object.values(s.open)) if (ask) ask.votes = kept(ask.votes, ask);
}

function changeRun(
  s: State,
  set: Extract<Change, { on: 'run' }>['set'],
  event: { readonly by: string; readonly reason: string },
): void {
  if (set === 'hold') {
    s.heldBy = event.by;
    return;
  }
  if (set === 'resume') {
    delete s.heldBy;
    for (const id of s.agenda.queued) s.agenda.dirty.add(id);
    s.agenda.queued.clear();
    return;
  }
  // What is being rolled back goes on being rolled back, also when its steps are ended.
  if (set === 'rollback') wakeRollback(s);
  else if (s.ending !== 'rollback')
    s.ending = set === 'standDown' ? 'stand-down' : set === 'abort' ? 'abort' : 'cancel';
  s.endingWhy = event.reason;
  delete s.heldBy;
  if (set === 'kill') {
    s.killing = true;
    for (const open of Object.values(s.open)) if (!open.ask) open.stopping = true;
  }
  for (const [id, node] of Object.entries(s.nodes)) if (!isTerminal(node.status)) s.agenda.dirty.add(id);
}

function wakeRollback(s: State): void {
  s.ending = 'rollback';
  s.agenda.unfinished += Object.values(s.plan.nodes).filter(({ kind }) => kind === 'rollback').length;
}

function changeNode(s: State, change: Extract<Change, { on: 'node' }>, at: Instant): void {
  const node = s.nodes[change.node]!;
  s.agenda.dirty.add(change.node);
  if (isHostChange(change.set)) changeHost(s, change.node, change.set, at);
  else if (change.set === 'leaveOut') node.givenUp = true;
  else if (change.set === 'accept') node.lossAccepted = true;
  else if (change.set === 'goOn' && change.without) node.without = [...(node.without ?? []), change.without];
  else if (change.set === 'wait' && change.without) node.waitFor = [...(node.waitFor ?? []), change.without];
  else if (change.set === 'askAgain') {
    for (const step of Object.values(node.steps)) if (step.state === 'shut') step.state = 'waits';
    node.status = 'running';
  }
}

function changeStep(s: State, change: Extract<Change, { on: 'step' }>, at: number): void {
  const { node, step } = whereIs(s, change.path);
  const state = s.nodes[node.id]!;
  const stepNow = stepState(state, step);
  s.agenda.dirty.add(node.id);
  const outputs = change.outputs ?? {};
  switch (change.set) {
    case 'breakGlass':
      state.status = 'running';
      pass(s, state, step, { at, outputs }, change.path);
      break;
    case 'pass':
    case 'done':
      pass(s, state, step, { at, outputs }, change.path, change.set === 'done' ? 'done' : 'passed');
      break;
    case 'skip':
      skip(s, state, change.path, at);
      break;
    case 'retry':
      stepNow.state = 'waits';
      delete stepNow.retryAt;
      s.agenda.retrying.delete(node.id);
      if (state.status === 'shut') state.status = 'running';
      break;
    case 'fail':
      stepNow.state = 'failed';
      break;
    case 'stop':
      for (const id of s.agenda.tries.get(node.id) ?? [])
        if (s.open[id]?.path === change.path) s.open[id]!.stopping = true;
      break;
    case 'wait':
      for (const id of s.agenda.tries.get(node.id) ?? []) {
        const open = s.open[id];
        if (!open || open.ask || open.path !== change.path) continue;
        open.askSlowAt = at + step.timeout;
        if (step.quiet !== undefined) open.askSilentAt = at + step.quiet;
      }
      break;
    default:
      change.set satisfies never;
  }
}

/** Skipping a `recover` is leaving the system out; a skipped `verify` taints it. */
function skip(s: State, state: NodeState, path: string, at: number): void {
  const { step } = whereIs(s, path);
  if (step.phase === 'recover' || step.phase === 'fence') {
    state.givenUp = true;
    return;
  }
  if (step.phase === 'verify') state.unverified = true;
  pass(s, state, step, { at, outputs: {} }, path, 'skipped');
}

/** With another moment the clock has run for another time: what was said of the objectives is said anew. */
function judgeAnew(s: State): void {
  s.agenda.budgetAt = undefined;
  for (const id of s.agenda.budgeted) delete s.nodes[id]!.budget;
}

/** What must stand in the report because it was not as planned. */
function deviation(s: State, change: Change): string | undefined {
  if (change.on === 'step') {
    const what = change.set === 'retry' ? blindly(s, change.path) : ofStep[change.set];
    return what === undefined ? undefined : `${change.path} ${what}`;
  }
  if (change.on === 'record' && 'revoke' in change.set) return `the key ${change.set.revoke} was revoked`;
  if (change.on === 'run') return change.set === 'rollback' ? 'the run was rolled back' : undefined;
  if (change.on !== 'node') return undefined;
  if (change.set === 'leaveOut') return `${change.node} left out`;
  if (change.set === 'accept') return `${change.node}: the loss was accepted`;
  if (isHostChange(change.set)) return hostGivenUp(s, change.node, change.set);
  if (change.set === 'goOn') return `${change.node} goes on without ${change.without}`;
  return undefined;
}

/** What may have been done already is done again. */
const blindly = (s: State, path: string): string | undefined => {
  const { node, step } = whereIs(s, path);
  const unknown = s.nodes[node.id]!.steps[stepKey(step)]?.state === 'unknown';
  return unknown ? 'tried again, though nobody knows how its last try ended' : undefined;
};

const ofStep: Partial<Record<Extract<Change, { on: 'step' }>['set'], string>> = {
  done: 'done by hand',
  skip: 'skipped',
  pass: 'attested',
  breakGlass: 'opened by breaking the glass',
};
