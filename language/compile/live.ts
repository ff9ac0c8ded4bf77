import type { Ask } from '../../core/ask.ts';
import { fenceOf } from './add-systems.ts';
import { choice, gateStep, plainAsk } from './asks.ts';
import { touchesOf } from './defaults.ts';
import { addNode, mapNodes, type Draft } from './draft.ts';

/** At another site nothing that writes starts beside its old copy: it is fenced, or the runbook says why not. */
export function demandFences(draft: Draft): void {
  const { runbook, actions, from, to, problems } = draft;
  if (from.name === to.name) return;
  for (const [name, system] of Object.entries(runbook.systems)) {
    const writes = system.recover.some((step) => {
      const action = actions.get(step.use);
      return action && touchesOf(step, 'recover', action) !== 'nothing';
    });
    if (!writes || fenceOf(runbook, name)) continue;
    problems.push({
      code: 'MUSTER_SYSTEM_NO_FENCE',
      path: ['systems', name],
      summary: `${name} would write at ${to.name} while its old copy at ${from.name} may still write.`,
      hint: 'Add `fence:` with steps, `{ by: SYSTEM }`, or `{ none: the reason why that is safe }`.',
    });
  }
}

/** In a live run cleaning up is people's decision, asked when all else has ended. */
export function askBeforeCleanup(draft: Draft): void {
  const nodes = [...draft.nodes.values()];
  if (!nodes.some((node) => node.kind === 'cleanup')) return;
  mapNodes(draft, (node) => (node.kind === 'cleanup' ? { ...node, needs: ['cleanup'] } : node));
  const after = nodes
    .filter((node) => node.kind === 'system' || node.kind === 'function')
    .map(({ id }) => id);
  const { title } = cleanupAsk;
  const steps = [gateStep(cleanupAsk, 'decide', 'gate', fiveMinutes)];
  addNode(draft, { id: 'cleanup', kind: 'gate', name: 'cleanup', title, after, steps });
}

const fiveMinutes = 5 * 60_000;

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
