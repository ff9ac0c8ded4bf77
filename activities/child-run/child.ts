import { workflowIdOf } from '../../contract/names.ts';
import type { RecoveryInput } from '../../contract/recovery.ts';
import type { Path, TryId } from '../../core/names.ts';
import type { Plan } from '../../core/plan.ts';
import { sha256 } from '../../record/sha256.ts';

/** A run that a step of another run brings about. */
export interface Child {
  /** Its id: of the same try of the same run always the same. */
  readonly run: string;
  readonly workflowId: string;
  readonly plan: Plan;
  readonly parent: RecoveryInput;
  readonly parentWorkflowId: string;
  readonly path: Path;
  readonly try: TryId;
}

/** What a try of a run would start; undefined where its plan says nothing of that. */
export function childOf(parent: RecoveryInput, id: TryId, parentWorkflowId: string): Child | undefined {
  const path = id.slice(0, id.lastIndexOf('#'));
  const plan = parent.plan.children?.[path];
  if (!plan) return undefined;
  const { mode, runbook } = plan;
  const run = idOf(runbook.name, parent.run, id);
  const workflowId = workflowIdOf({ mode, runbook: runbook.name, id: run });
  return { run, workflowId, plan, parent, parentWorkflowId, path, try: id };
}

/** `shop-20261123-140502-9f3ac1`: of the time of the run above, and unique. */
function idOf(runbook: string, parent: string, id: TryId): string {
  const time = /-(\d{8}-\d{6})-[0-9a-f]{6}$/.exec(parent)?.[1];
  const own = sha256(`${parent} ${id}`).slice('sha256:'.length, 'sha256:'.length + 6);
  return [runbook, ...(time === undefined ? [parent] : [time]), own].join('-');
}
