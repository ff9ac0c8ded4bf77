import type { EventBody } from '../event.ts';
import { isDo, pathOf, type PlanNode, type Step } from '../plan.ts';
import type { Tools } from './tools.ts';
import { stepKey } from './agenda.ts';
import { openStep } from './asks.ts';
import { budgetsAtPass } from './budgets.ts';
import { hostOf } from './placed.ts';
import { failedQuestion, slowQuestion } from './questions.ts';
import type { NodeState, StepState } from './snapshot.ts';
import type { State } from './state.ts';

/** The server allows 2,000 activities pending; more than this under way helps nobody on one host. */
export const mostUnderWay = 500;

/** What follows for a node that has started, or may start: its next step, a question, or its end. */
export function nextStep(s: State, node: PlanNode, state: NodeState, tools: Tools): EventBody[] {
  const step = node.steps[state.step];
  if (!step) return finish(s, node, state);
  const at: StepState = state.steps[stepKey(step)] ?? { tries: 0, retried: 0, state: 'waits' };
  switch (at.state) {
    case 'waits':
      return isDo(step) ? start(s, node, step, at.tries) : openStep(s, node, step, at.tries, tools);
    case 'under-way':
      return slowQuestion(s, node, step, tools);
    case 'failed':
      if (at.retryAt !== undefined) return at.retryAt <= s.now ? start(s, node, step, at.tries) : [];
      return step.onFail === 'abort'
        ? abort(s, node, step, at.message)
        : failedQuestion(s, node, step, 'failed', tools);
    case 'unknown':
      return unknown(s, node, step, at, tools);
    case 'shut':
    case 'passed':
    case 'done':
    case 'skipped':
      return [];
    default:
      return at.state satisfies never;
  }
}

function start(s: State, node: PlanNode, step: Step, tries: number): EventBody[] {
  if (!hostOf(s, node)) {
    s.agenda.unplaced.add(node.id);
    return [];
  }
  if (s.heldBy !== undefined || s.agenda.underWay >= mostUnderWay) {
    s.agenda.queued.add(node.id);
    return [];
  }
  for (const [name, amount] of Object.entries(step.occupies)) {
    if ((s.agenda.inUse.get(name) ?? 0) + amount > (s.plan.capacity[name] ?? Infinity)) {
      s.agenda.short.add(node.id);
      return [];
    }
  }
  const path = pathOf(node, step);
  return [{ type: 'tried', try: `${path}#${tries + 1}`, path, as: 'do' }];
}

/** So often a step that may be run again is, after ends that nobody knows, before people are asked. */
const mostBlindTries = 3;

/**
 * Nobody knows how a try ended: what may be run again is; what may not is looked at by its action, and
 * where that is no proof people are asked. No `once` step is tried anew without their decision.
 */
function unknown(s: State, node: PlanNode, step: Step, at: StepState, tools: Tools): EventBody[] {
  if (!isDo(step)) return failedQuestion(s, node, step, 'unknown', tools);
  const again = step.touches === 'nothing' || step.rerun !== 'once';
  if (again && at.tries < mostBlindTries) return start(s, node, step, at.tries);
  if (at.settled === at.tries || s.heldBy !== undefined)
    return failedQuestion(s, node, step, 'unknown', tools);
  const path = pathOf(node, step);
  const of = `${path}#${at.tries}`;
  return [{ type: 'tried', try: `${of}~settle`, path, as: 'settle', of }];
}

/** An isolation check was hit: the run ends as failed, and tidies up. */
function abort(s: State, node: PlanNode, step: Step, message: string | undefined): EventBody[] {
  const reason = message ?? `${pathOf(node, step)} failed`;
  const end: EventBody = { type: 'became', of: node.id, status: 'failed', why: reason };
  if (s.ending) return [end];
  return [
    { type: 'changed', change: { on: 'run', set: 'abort' }, by: 'muster', channel: 'cli', reason },
    end,
  ];
}

/** All steps are passed: recovered, unless a question about it is still open. */
function finish(s: State, node: PlanNode, state: NodeState): EventBody[] {
  if (state.status === 'asks') return [];
  const lacking = node.wants.find((id) => s.nodes[id]!.status !== 'passed');
  const weak = node.needs.find((id) => s.nodes[id]!.degraded);
  const unproved = node.needs.find((id) => s.nodes[id]!.unverified);
  const why = lacking ? `without ${lacking}` : weak && `${weak} is degraded`;
  return [
    {
      type: 'became',
      of: node.id,
      status: 'passed',
      ...((lacking ?? weak) !== undefined && { degraded: true }),
      ...((node.unverified || state.unverified || unproved !== undefined) && { unverified: true }),
      ...(why !== undefined && { why }),
    },
    ...budgetsAtPass(s, node.id, s.now),
  ];
}
