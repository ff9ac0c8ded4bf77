import type { Choice as PointChoice } from '../../core/points/choose.ts';
import type { NodeId } from '../../core/names.ts';
import type { PlanNode } from '../../core/plan.ts';
import { choice, gateStep, leaveOut, plainAsk } from './asks.ts';

type Nodes = Readonly<Record<NodeId, PlanNode>>;

/**
 * Where somebody has looked and found nothing that a system could be restored from, people are asked before its old copy is
 * stopped: it may be the last that there is. What is known only when the run gets there asks nothing.
 */
export function askBeforeFence(nodes: Nodes, choices: readonly PointChoice[]): Nodes {
  const why = new Map<NodeId, string[]>();
  for (const { restore, ...found } of choices) {
    if (!('none' in found) || !restore.known) continue;
    const fences = nodes[restore.node]!.needs.filter((need) => nodes[need]!.kind === 'fence');
    for (const id of fences) why.set(id, [...(why.get(id) ?? []), `${restore.node}: ${found.none}`]);
  }
  return Object.fromEntries(
    Object.values(nodes).flatMap((node) => {
      const reasons = why.get(node.id);
      if (!reasons) return [[node.id, node]];
      const gate = gateBefore(node, reasons);
      return [
        [gate.id, gate],
        [node.id, { ...node, needs: [gate.id] }],
      ];
    }),
  );
}

/** A gate that waits for what the fence waited for. */
function gateBefore({ name: system, needs, round }: PlanNode, reasons: readonly string[]): PlanNode {
  const id = `${system}.no-backup`;
  const title = `No backup to restore ${system} from is known. Stop its old copy all the same?`;
  const instructions =
    `${reasons.join('; ').replaceAll(/\s+/g, ' ')}. What is stopped may be the last copy. ` +
    'Bring a backup within reach first if you can: the restore looks again when it runs.';
  const approve = choice('approve', 'Stop it all the same', { on: 'step', set: 'pass' });
  const ask = {
    ...plainAsk,
    kind: 'gate',
    title,
    instructions,
    guards: true,
    choices: [approve, leaveOut],
  } as const;
  const steps = [gateStep(ask, 'decide', 'gate')];
  return { id, kind: 'gate', name: id, title, round, needs, wants: [], after: [], steps };
}
