import type { NodeId } from '../names.ts';
import type { EventBody } from '../event.ts';
import type { PlanNode } from '../plan.ts';
import { expire } from './asks.ts';
import { goneQuestion } from './gone-question.ts';
import { lostTries } from './placed.ts';
import type { Tools } from './tools.ts';
import { lossQuestion, mootAsks, wantQuestion } from './questions.ts';
import type { NodeState, StepState } from './snapshot.ts';
import type { State } from './state.ts';
import { isDormant, isTerminal, tidiesUp } from './status.ts';
import { nextStep } from './next-step.ts';

/** What follows for one node from how things stand now; nothing, when it must wait. */
export function nextOf(s: State, id: NodeId, tools: Tools): EventBody[] {
  const node = s.plan.nodes[id]!;
  const state = s.nodes[id]!;
  if (isTerminal(state.status) || isDormant(s, node)) return [];
  const passing = [...lostTries(s, id), ...mootAsks(s, id), ...expire(s, id)];
  if (passing.length > 0) return passing;
  if (state.givenUp) return endNode(s, node, state, state.why ?? givenUpWhy(state));
  if (waitsForRollback(s, node)) return putOff(s, node);
  if (s.ending && !tidiesUp(node))
    return endNode(s, node, state, failureOf(state) ?? s.endingWhy ?? s.ending);
  if (state.startedAt === undefined) {
    const waiting = waitFor(s, node, state, tools);
    if (waiting !== 'ready') return waiting;
    if (node.kind === 'rollback' && !wasRecovering(s, node)) return nothingToUndo(node);
  }
  const asked = [...lossQuestion(s, node, state, tools), ...goneQuestion(s, node, state, tools)];
  return asked.length > 0 ? asked : nextStep(s, node, state, tools);
}

/** What tidies up must not take away what a rollback puts back. */
const waitsForRollback = (s: State, node: PlanNode): boolean =>
  s.ending === 'rollback' &&
  node.kind !== 'rollback' &&
  tidiesUp(node) &&
  Object.values(s.plan.nodes).some(({ id, kind }) => kind === 'rollback' && !isTerminal(s.nodes[id]!.status));

/** What people were asked before is asked anew afterwards. */
const putOff = (s: State, node: PlanNode): EventBody[] =>
  [...(s.agenda.tries.get(node.id) ?? [])]
    .filter((id) => s.open[id]!.ask)
    .map((id): EventBody => ({ type: 'ended', try: id, outcome: 'void', outputs: {} }));

const wasRecovering = (s: State, { name }: PlanNode): boolean =>
  Object.entries(s.nodes[name]!.steps).some(([key, { tries }]) => key.startsWith('recover/') && tries > 0);

const nothingToUndo = (node: PlanNode): EventBody[] => [
  { type: 'became', of: node.id, status: 'left-out', why: 'nothing of it was restored' },
];

const failedSteps = (state: NodeState): StepState[] =>
  Object.values(state.steps).filter((step) => step.state === 'failed' || step.state === 'unknown');

/** What went wrong before the run was ended is what will be asked about it afterwards. */
const failureOf = (state: NodeState): string | undefined =>
  failedSteps(state).find(({ message }) => message !== undefined)?.message;

const givenUpWhy = (state: NodeState): string =>
  Object.values(state.steps).find((step) => step.message !== undefined)?.message ?? 'left out';

/** Ends a node once nothing of it is under way any more; its open asks are void. */
function endNode(s: State, node: PlanNode, state: NodeState, why: string): EventBody[] {
  const tries = [...(s.agenda.tries.get(node.id) ?? [])];
  if (tries.some((id) => !s.open[id]!.ask)) return [];
  s.agenda.queued.delete(node.id);
  s.agenda.short.delete(node.id);
  return [
    ...tries.map((id): EventBody => ({ type: 'ended', try: id, outcome: 'void', outputs: {} })),
    { type: 'became', of: node.id, status: failedSteps(state).length > 0 ? 'failed' : 'left-out', why },
  ];
}

/** What a node that has not started waits for: `ready` when nothing. */
function waitFor(s: State, node: PlanNode, state: NodeState, tools: Tools): EventBody[] | 'ready' {
  const lost = node.needs.find((id) => isTerminal(s.nodes[id]!.status) && s.nodes[id]!.status !== 'passed');
  if (lost !== undefined) {
    return [{ type: 'became', of: node.id, status: 'blocked', why: `${lost} is ${s.nodes[lost]!.status}` }];
  }
  if (s.agenda.missing.get(node.id)! > 0) return [];
  for (const want of node.wants) {
    if (s.nodes[want]!.status === 'passed' || state.without?.includes(want)) continue;
    return wantQuestion(s, node, state, want, tools);
  }
  return s.claim === 'held' ? 'ready' : [];
}
