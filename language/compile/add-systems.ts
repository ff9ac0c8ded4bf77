import type { PlanNode } from '../../core/plan.ts';
import type { Runbook, SystemDeclaration } from '../runbook.ts';
import { addNode, type Draft } from './draft.ts';
import { type phases, stepsOf } from './scope.ts';
import { compileSteps } from './steps.ts';

/**
 * Each system becomes up to four nodes: what can be prepared at once, its fence, itself (recover, then
 * verify), its clean-up. A fence waits for the gates that its system names, and for nothing else.
 */
export function addSystems(draft: Draft): void {
  for (const [name, system] of Object.entries(draft.runbook.systems)) addSystem(draft, name, system);
}

function addSystem(draft: Draft, name: string, system: SystemDeclaration): void {
  const { title, needs, wants, objectives, external } = system;
  const { prepare, fence, recover, verify, cleanup } = compileSteps(draft, name, system);
  const ready: string[] = [];
  if (prepare.length > 0) {
    addNode(draft, { id: `${name}.prepare`, kind: 'prepare', name, title, steps: prepare });
    ready.push(`${name}.prepare`);
  }
  if (fence.length > 0) {
    const gates = needs.filter((need) => Object.hasOwn(draft.runbook.gates, need));
    const { needs: more } = behindOwnGates(draft.runbook, system, ['fence']);
    addNode(draft, {
      id: `${name}.fence`,
      kind: 'fence',
      name,
      title,
      needs: [...gates, ...more],
      steps: fence,
    });
  }
  const fencedBy = fenceOf(draft.runbook, name);
  if (fencedBy !== undefined && 'node' in fencedBy) ready.push(fencedBy.node);
  const own = behindOwnGates(draft.runbook, system, ['recover', 'verify']);
  addNode(draft, {
    id: name,
    kind: 'system',
    name,
    title,
    needs: [...new Set([...needs, ...own.needs, ...ready])],
    wants: [...new Set([...wants, ...own.wants])],
    steps: [...recover, ...verify],
    ...(Object.keys(objectives).length > 0 && { objectives }),
    ...(external && { external }),
    ...(verify.length === 0 && !draft.dropped.has(name) && { unverified: true as const }),
    ...(fencedBy !== undefined && 'none' in fencedBy && { unfenced: fencedBy.none }),
  });
  if (cleanup.length > 0) {
    addNode(draft, { id: `${name}.cleanup`, kind: 'cleanup', name, title, steps: cleanup });
  }
}

/** What the gates of a node's own steps need must be there before it starts: it cannot wait half-way. */
function behindOwnGates(runbook: Runbook, system: SystemDeclaration, of: readonly (typeof phases)[number][]) {
  const gates = of.flatMap((phase) =>
    stepsOf(system, phase).flatMap(({ gate }) => (gate === undefined ? [] : [runbook.gates[gate]!])),
  );
  return { needs: gates.flatMap((gate) => gate.needs), wants: gates.flatMap((gate) => gate.wants) };
}

/** The fence node that stops the old copy of a system, or why there is none. */
export function fenceOf(
  runbook: Runbook,
  name: string,
): { node: PlanNode['id'] } | { none: string } | undefined {
  const seen = new Set<string>();
  for (let at = name; !seen.has(at);) {
    seen.add(at);
    const fence = runbook.systems[at]?.fence;
    if (!fence) return undefined;
    if ('length' in fence) return fence.length > 0 ? { node: `${at}.fence` } : undefined;
    if ('none' in fence) return { none: fence.none };
    at = fence.by;
  }
  return undefined;
}
