import type { NodeId, Path } from '../names.ts';
import { type ActionCall, isDo, pathOf, type Plan } from '../plan.ts';
import { refsIn } from '../value.ts';

/** A step of a plan that restores one of several recovery points. */
export interface Restore {
  readonly path: Path;
  readonly node: NodeId;
  readonly call: ActionCall;
  /** The label of the worker hosts where it will run; absent: the host of the run. */
  readonly runsOn?: string;
  /** Where it is looked for can be said before the run: the call refers to nothing that a step brings. */
  readonly known: boolean;
}

/** All restores of a plan that can list what there is to restore. */
export const restoresOf = (plan: Pick<Plan, 'nodes'>): Restore[] =>
  Object.values(plan.nodes).flatMap((node) =>
    node.steps.filter(isDo).flatMap((step): Restore[] => {
      if (!step.do.points) return [];
      const known = refsIn(step.do.with).every(({ from }) => from === 'run');
      return [
        {
          path: pathOf(node, step),
          node: node.id,
          call: step.do,
          known,
          ...(node.placement && { runsOn: node.placement.label }),
        },
      ];
    }),
  );
