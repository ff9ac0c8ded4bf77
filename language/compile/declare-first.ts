import type { Ask } from '../../core/ask.ts';
import { isDo, type PlanNode } from '../../core/plan.ts';
import { declarationNode } from '../../core/undeclared.ts';
import type { Approval } from '../runbook.ts';
import { choice, gateStep, plainAsk, whoMay } from './asks.ts';
import { addNode, mapNodes, type Draft } from './draft.ts';

/** Where the runbook says who declares: nothing live is fenced, restored, switched or asked for before they have. */
export function declareFirst(draft: Draft): void {
  const { runbook, from, to } = draft;
  if (!runbook.declare) return;
  const title = `Is this a disaster? Declare it, and ${runbook.name} goes from ${from.name} to ${to.name}`;
  mapNodes(draft, (node) => (waitsForIt(node) ? { ...node, needs: [...node.needs, declarationNode] } : node));
  const steps = [gateStep(declaration(title, runbook.declare), 'decide', 'gate')];
  const name = declarationNode;
  addNode(draft, { id: name, kind: 'gate', name, title, steps });
}

/** What acts, and what asks people; a gate that needs something stands behind it by that. Reading goes on at once. */
const waitsForIt = ({ kind, needs, steps }: PlanNode): boolean =>
  kind === 'fence' ||
  kind === 'rollback' ||
  kind === 'system' ||
  (kind === 'gate' && needs.length === 0) ||
  (kind === 'prepare' && steps.some((step) => !isDo(step)));

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
