import type { Step } from '../../core/plan.ts';
import { addNode, type Draft } from './draft.ts';
import { checksIsolation, closeNetwork, isolationStep, sweep } from './run-steps.ts';

/** At the end isolation is proved once more; then everything of the run is removed, however it ended. */
export function cleanUpAlways(draft: Draft): void {
  const nodes = [...draft.nodes.values()];
  let after = nodes.filter((node) => node.kind !== 'cleanup' && node.kind !== 'function').map(({ id }) => id);
  const add = (id: string, title: string, step: Step) => {
    addNode(draft, { id, kind: 'run', name: 'run', title, after, steps: [step] });
    after = [id];
  };
  if (checksIsolation(draft))
    add('run.isolated-at-end', 'Still isolated at the end', isolationStep(draft, 'check-at-end'));
  const cleanups = nodes.filter((node) => node.kind === 'cleanup');
  for (const node of cleanups) draft.nodes.set(node.id, { ...node, after });
  if (cleanups.length > 0) after = cleanups.map(({ id }) => id);
  add('run.cleanup', 'Everything of this run removed', sweep);
  if (draft.to.isolated?.network === 'private') add('run.network-gone', 'Its network removed', closeNetwork);
}
