import type { Notify } from '../../core/notice.ts';
import { isDo, type Plan, type Step } from '../../core/plan.ts';
import { mapNodes, type Draft } from './draft.ts';

/** Whoever is asked is reminded as often as the runbook says, where nothing answers for them. */
export function remindOfAsks(draft: Draft): void {
  const { remind } = draft.runbook;
  if (remind === undefined) return;
  mapNodes(draft, (node) => ({ ...node, steps: node.steps.map((step) => reminded(step, remind)) }));
}

function reminded(step: Step, remind: number): Step {
  if (isDo(step)) return step.attest ? { ...step, attest: { remind, ...step.attest } } : step;
  return { ...step, ask: { remind, ...step.ask } };
}

/** Who is told of a run of this mode. */
export function notifyOf({ runbook, mode }: Draft): Pick<Plan, 'notify'> {
  const entries = Object.entries(runbook.notify)
    .filter(([, { only }]) => (only?.mode ?? mode) === mode)
    .map(([name, { only: _only, ...notify }]) => [name, notify as Notify] as const);
  return entries.length > 0 ? { notify: Object.fromEntries(entries) } : {};
}
