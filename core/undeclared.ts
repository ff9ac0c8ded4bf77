import type { NodeId, Path } from './names.ts';
import { isDo, pathOf, type Plan } from './plan.ts';

/** The node of the declaration; no system and no gate of a runbook may bear its name. */
export const declarationNode: NodeId = 'declaration';

/** The steps that act before people have declared the disaster: a plan without a declaration lets all of them. */
export function actsUndeclared({ nodes }: Pick<Plan, 'nodes'>): Path[] {
  const behind = new Map<NodeId, boolean>([[declarationNode, true]]);
  const isBehind = (id: NodeId): boolean => {
    const known = behind.get(id);
    if (known !== undefined) return known;
    behind.set(id, false); // a plan has no circles
    const found = nodes[id]?.needs.some(isBehind) ?? false;
    behind.set(id, found);
    return found;
  };
  return Object.values(nodes)
    .filter(({ id }) => !isBehind(id))
    .flatMap((node) =>
      node.steps.filter((step) => isDo(step) && step.touches !== 'nothing').map((step) => pathOf(node, step)),
    );
}
