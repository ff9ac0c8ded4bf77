import type { Ask } from '../../core/ask.ts';
import { declarationNode } from '../../core/undeclared.ts';
import { choice, gateStep, plainAsk } from './asks.ts';
import { addNode, mapNodes, type Draft } from './draft.ts';

/** In a live run cleaning up is people's decision, asked when all else has ended. */
export function askBeforeCleanup(draft: Draft): void {
  const nodes = [...draft.nodes.values()];
  if (!nodes.some((node) => node.kind === 'cleanup')) return;
  mapNodes(draft, (node) => (node.kind === 'cleanup' ? { ...node, needs: ['cleanup'] } : node));
  const after = nodes
    .filter((node) => node.kind === 'system' || node.kind === 'function')
    .map(({ id }) => id);
  const { title } = cleanupAsk;
  const steps = [gateStep(cleanupAsk, 'decide', 'gate')];
  // What nobody declared has made nothing that could be cleaned up.
  const needs = draft.nodes.has(declarationNode) ? [declarationNode] : [];
  addNode(draft, { id: 'cleanup', kind: 'gate', name: 'cleanup', title, needs, after, steps });
}

const cleanupAsk: Ask = {
  ...plainAsk,
  kind: 'gate',
  title: 'Clean up what the recovery left?',
  guards: true,
  choices: [
    choice('clean-up', 'Clean up now', { on: 'step', set: 'pass' }),
    choice('keep', 'Keep everything as it is', { on: 'node', set: 'leaveOut' }),
  ],
};
