import type { Step } from '../../core/plan.ts';
import { addNode, mapNodes, type Draft } from './draft.ts';
import { checksIsolation, isolationStep, openNetwork } from './run-steps.ts';

/** The network of a rehearsal is made first; then its isolation is proved, before anything touches anything. */
export function isolateFirst(draft: Draft): void {
  const { isolated } = draft.to;
  const first: string[] = [];
  const begin = (id: string, title: string, step: Step) => {
    addNode(draft, { id, kind: 'run', name: 'run', title, needs: first.slice(-1), steps: [step] });
    first.push(id);
  };
  if (isolated?.network === 'private')
    begin('run.network', 'A network for this run alone', openNetwork(draft));
  if (checksIsolation(draft))
    begin('run.isolation', 'Isolated, before the first step', isolationStep(draft, 'check'));
  const last = first.slice(-1);
  mapNodes(draft, (node) =>
    node.kind === 'system' || node.kind === 'prepare' ? { ...node, needs: [...node.needs, ...last] } : node,
  );
}
