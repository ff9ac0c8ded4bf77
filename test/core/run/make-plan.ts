import { anyone, type Ask, type Choice } from '../../../core/ask.ts';
import type { Plan, PlanNode, QuestionKind, Step } from '../../../core/plan.ts';

/** A step that calls `noop`, as plain as can be. */
export function doStep(id: string, more: Partial<Step> = {}): Step {
  return {
    id,
    phase: 'recover',
    title: id,
    takes: 1_000,
    timeout: 60_000,
    occupies: {},
    touches: 'nothing',
    noReturn: false,
    guards: false,
    onFail: 'ask',
    retries: { count: 0, every: 1_000 },
    rerun: 'idempotent',
    do: { action: 'noop', with: {}, site: 'target' },
    ...more,
  } as Step;
}

export const choice = (name: string, more: Partial<Choice> = {}): Choice => ({
  name,
  title: name,
  by: anyone,
  rejects: false,
  reason: 'required',
  then: [],
  ...more,
});

export const makeAsk = (more: Partial<Ask> = {}): Ask => ({
  kind: 'gate',
  title: 'May it go on?',
  guards: true,
  choices: [choice('approve', { then: [{ on: 'step', set: 'pass' }] }), choice('reject', { rejects: true })],
  answers: {},
  not: [],
  escalate: [],
  onTimeout: 'stay-shut',
  ...more,
});

const question = (choices: readonly Choice[]): Ask => makeAsk({ kind: 'question', guards: false, choices });

export const questions: Record<QuestionKind, Ask> = {
  failed: question([
    choice('retry', { then: [{ on: 'step', set: 'retry' }] }),
    choice('done', { then: [{ on: 'step', set: 'done' }] }),
    choice('skip', { then: [{ on: 'step', set: 'skip' }] }),
    choice('leave-out', { then: [{ on: 'node', set: 'leaveOut' }] }),
  ]),
  unknown: question([
    choice('done', { then: [{ on: 'step', set: 'done' }] }),
    choice('retry', { then: [{ on: 'step', set: 'retry' }] }),
    choice('leave-out', { then: [{ on: 'node', set: 'leaveOut' }] }),
  ]),
  slow: question([
    choice('wait', { then: [{ on: 'step', set: 'wait' }] }),
    choice('stop', { then: [{ on: 'step', set: 'stop' }] }),
  ]),
  gone: question([
    choice('wait', { then: [{ on: 'node', set: 'awaitHost' }] }),
    choice('elsewhere', { then: [{ on: 'node', set: 'rebind' }] }),
    choice('anew', {
      then: [
        { on: 'node', set: 'rebind' },
        { on: 'node', set: 'anew' },
      ],
    }),
    choice('leave-out', {
      then: [
        { on: 'node', set: 'abandon' },
        { on: 'node', set: 'leaveOut' },
      ],
    }),
  ]),
  want: question([
    choice('go-on', { then: [{ on: 'node', set: 'goOn' }] }),
    choice('wait', { then: [{ on: 'node', set: 'wait' }] }),
  ]),
  proposal: question([
    choice('approve', { by: [{ role: 'anyone', count: 2 }] }),
    choice('reject', { rejects: true }),
  ]),
  loss: question([
    choice('accept', { then: [{ on: 'node', set: 'accept' }] }),
    choice('leave-out', { then: [{ on: 'node', set: 'leaveOut' }] }),
  ]),
};

export function makeNode(id: string, more: Partial<PlanNode> = {}): PlanNode {
  return {
    id,
    kind: 'system',
    name: id,
    title: id,
    round: 1,
    needs: [],
    wants: [],
    after: [],
    steps: [doStep('work')],
    ...more,
  };
}

/** A gate node with one ask. */
export function makeGate(id: string, more: Partial<PlanNode> = {}, ask: Partial<Ask> = {}): PlanNode {
  const {
    do: _do,
    rerun: _rerun,
    ...common
  } = doStep('decide', { phase: 'gate' }) as Step & { do: unknown; rerun: unknown };
  return makeNode(id, { kind: 'gate', steps: [{ ...common, ask: makeAsk(ask) } as Step], ...more });
}

export function makePlan(nodes: readonly PlanNode[], more: Partial<Plan> = {}): Plan {
  const site = (name: string) => ({ name, vars: {}, enter: [] });
  return {
    format: 1,
    revision: 0,
    digest: 'sha256:plan',
    compiledAt: 0,
    runbook: { name: 'made', title: 'Made up', owner: 'tests', digest: 'sha256:runbook' },
    catalogue: 'sha256:catalogue',
    mode: 'live',
    from: site('primary'),
    to: site('standby'),
    parameters: {},
    clock: 'disruption',
    capacity: {},
    nodes: Object.fromEntries(nodes.map((node) => [node.id, node])),
    questions,
    claims: [],
    weaknesses: [],
    ...more,
  };
}
