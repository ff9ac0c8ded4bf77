import { isDo, type Plan } from '../plan.ts';
import { refKey, refsIn } from '../value.ts';

/** The keys of all outputs and answers that some step of the plan refers to: nothing else is carried along. */
export function outputsReferredTo(plan: Plan): ReadonlySet<string> {
  const keys = new Set<string>();
  for (const node of Object.values(plan.nodes)) {
    for (const step of node.steps) {
      if (!isDo(step)) continue;
      for (const ref of refsIn(step.do.with)) keys.add(refKey(ref));
      if (step.do.expect) for (const ref of refsIn(step.do.expect)) keys.add(refKey(ref));
    }
  }
  return keys;
}
