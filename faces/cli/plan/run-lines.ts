import { isDo, type Plan, type PlanNode } from '../../../core/plan.ts';
import { block } from './block.ts';

/** What the run does for itself, before all systems or after them. */
export function runLines(plan: Plan, when: 'first' | 'last', columns: number): string[] {
  const nodes = Object.values(plan.nodes).filter((node) =>
    when === 'first' ? isFirst(node) : node.kind === 'cleanup' || (node.kind === 'run' && !isFirst(node)),
  );
  return nodes.flatMap((node) =>
    block(node.kind === 'run' ? runText(plan, node) : cleanupText(node), columns, 2),
  );
}

const isFirst = ({ kind, after }: PlanNode): boolean => kind === 'run' && after.length === 0;

function runText({ to }: Plan, { title, steps }: PlanNode): string {
  const proves = steps.some((step) => isDo(step) && step.phase === 'isolation');
  const what = proves ? `: cannot reach ${to.isolated?.cannotReach.join(', ') ?? ''}` : '';
  return `${title}${what}`;
}

const cleanupText = ({ name, steps }: PlanNode): string =>
  `clean up ${name}: ${steps.map((step) => step.title).join(', ')}`;
