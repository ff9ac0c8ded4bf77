import { forecast } from '../../core/forecast.ts';
import { isDo, type Plan, type PlanNode, type Weakness } from '../../core/plan.ts';
import { formatDuration } from '../../core/units.ts';
import type { Draft, Pass } from './draft.ts';

/** Notes what a reader must know about the plan before starting it. */
export const noteWeaknesses: Pass = (draft) => {
  for (const node of draft.nodes.values()) draft.weaknesses.push(...ofNode(node, draft));
  for (const name of draft.dropped) draft.weaknesses.push(notRun(name, draft));
  const { isolated, name } = draft.to;
  if (isolated && !isolated.proved) {
    draft.weaknesses.push({
      code: 'isolation-not-proved',
      about: name,
      text: `${name}: that it is isolated is declared, not proved`,
    });
  }
};

/** Notes the systems of a rehearsal that leave something behind which nobody removes. */
export const noteWhatStays: Pass = ({ runbook, actions, nodes, weaknesses }) => {
  for (const { id, kind, name, steps } of nodes.values()) {
    if (kind !== 'system' || (runbook.systems[name]?.cleanup.length ?? 0) > 0) continue;
    for (const step of steps) {
      if (step.phase !== 'recover' || step.touches === 'nothing' || !isDo(step)) continue;
      if (!actions.get(step.do.action)?.unmarked) continue;
      weaknesses.push({
        code: 'nothing-cleaned-up',
        about: id,
        text: `${name}: what ${step.id} writes bears no marker; without cleanup steps it stays`,
      });
    }
  }
};

function ofNode(node: PlanNode, { roster }: Draft): Weakness[] {
  const { id, name, unfenced, unverified } = node;
  const found: Weakness[] = [];
  if (unfenced !== undefined) {
    found.push({ code: 'unfenced', about: id, text: `${name}: its old copy is not fenced: ${unfenced}` });
  }
  if (unverified) {
    found.push({
      code: 'unverified',
      about: id,
      text: `${name}: nothing verifies it, nor what stands on it`,
    });
  }
  for (const step of roster ? [] : node.steps) {
    if (isDo(step) ? !step.attest : step.ask.auto) continue;
    const what = node.kind === 'gate' ? name : `${name}, ${step.id}`;
    found.push({
      code: 'unproved-names',
      about: id,
      text: `${what}: decided by names as they are typed; nothing proves them`,
    });
  }
  return found;
}

const notRun = (name: string, { mode }: Draft): Weakness => ({
  code: 'not-rehearsed',
  about: name,
  text: `${name}: none of its steps belongs to a ${mode === 'live' ? 'live run' : mode}`,
});

/** Budgets that cannot be met even if all goes well and the run starts at once. */
export function budgetWeaknesses(plan: Pick<Plan, 'nodes' | 'capacity'>): Weakness[] {
  return forecast(plan).budgets.flatMap(({ node, objective, allowed, expected, met }) => {
    if (met) return [];
    const text = `${node}: ${objective.toUpperCase()} ${formatDuration(allowed)} cannot be met, the plan takes ${formatDuration(expected)}`;
    return [{ code: 'budget-cannot-be-met', about: node, text }];
  });
}
