import { mapNodes, type Draft } from './draft.ts';
import { checksIsolation, isolationStep } from './run-steps.ts';

/** Isolation is proved again just before each step that starts something which could reach out. */
export function isolateBeforeStarts(draft: Draft): void {
  if (!checksIsolation(draft)) return;
  mapNodes(draft, (node) => ({
    ...node,
    steps: node.steps.flatMap((step) => {
      const starts = 'do' in step && draft.actions.get(step.do.action)?.starts;
      return starts ? [isolationStep(draft, `before-${step.phase}-${step.id}`), step] : [step];
    }),
  }));
}
