import { isDo, type Placement, type PlanNode } from '../../core/plan.ts';
import { mapNodes, type Draft } from './draft.ts';

/**
 * Says which worker hosts a node's steps run on, where that is not the host of the run. What runs at an isolated site runs on one
 * host, where its isolation is proved; elsewhere each system has a host of its own among those with its label.
 */
export function placeOnHosts(draft: Draft): void {
  mapNodes(draft, (node) => {
    const placement = placementOf(draft, node);
    return placement ? { ...node, placement } : node;
  });
}

function placementOf(draft: Draft, { name, steps }: PlanNode): Placement | undefined {
  const step = steps.find(isDo);
  if (!step) return undefined;
  const site = step.do.site === 'source' ? draft.from : draft.to;
  const own = draft.runbook.systems[name]?.runsOn[site.name];
  const label = own ?? site.runsOn;
  if (label === undefined) return undefined;
  return { label, key: site.isolated ? site.name : `${name}@${site.name}` };
}
