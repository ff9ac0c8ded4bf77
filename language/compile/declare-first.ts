import type { Ask } from '../../core/ask.ts';
import { declarationNode } from '../../core/undeclared.ts';
import type { Approval } from '../runbook.ts';
import { choice, gateStep, plainAsk, whoMay } from './asks.ts';
import { addNode, mapNodes, type Draft } from './draft.ts';

/** Where the runbook says who declares: nothing live is fenced, restored or switched before they have. */
export function declareFirst(draft: Draft): void {
  const { runbook, from, to } = draft;
  if (!runbook.declare) return;
  const title = `Is this a disaster? Declare it, and ${runbook.name} goes from ${from.name} to ${to.name}`;
  mapNodes(draft, (node) =>
    node.kind === 'fence' || node.kind === 'system'
      ? { ...node, needs: [...node.needs, declarationNode] }
      : node,
  );
  const steps = [gateStep(declaration(title, runbook.declare), 'decide', 'gate')];
  const name = declarationNode;
  addNode(draft, { id: name, kind: 'gate', name, title, steps });
}

const declaration = (title: string, approval: Approval): Ask => ({
  ...plainAsk,
  ...whoMay(approval),
  kind: 'declaration',
  title,
  guards: true,
  choices: [
    choice('approve', 'Declare it', { on: 'step', set: 'pass' }, approval.by),
    { ...choice('reject', 'It is none; nothing is touched', undefined), rejects: true },
  ],
});
