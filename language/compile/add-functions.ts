import { addNode, type Draft } from './draft.ts';

/** A business function has no steps: it is back when all that it needs is. */
export function addFunctions(draft: Draft): void {
  for (const [name, { title, needs, wants, objectives }] of Object.entries(draft.runbook.functions)) {
    addNode(draft, { id: name, kind: 'function', name, title, needs, wants, objectives });
  }
}
