import type { Plan, PlanNode } from '../plan.ts';

/** What a run is for: its functions, or its systems where it has none. */
export function targetsOf({ nodes }: Plan): PlanNode[] {
  const all = Object.values(nodes);
  const functions = all.filter((node) => node.kind === 'function');
  return functions.length > 0 ? functions : all.filter((node) => node.kind === 'system');
}
