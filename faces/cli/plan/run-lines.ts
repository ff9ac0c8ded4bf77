import { isDo, type Plan, type PlanNode } from '../../../core/plan.ts';
import { block } from './block.ts';

/** What the run does for itself, before all systems or after them. */
export function runLines(plan: Plan, when: 'first' | 'last', columns: number): string[] {
  const nodes = Object.values(plan.nodes).filter((node) =>
    when === 'first' ? isFirst(node) : node.kind === 'cleanup' || (node.kind === 'run' && !isFirst(node)),
  );
  return nodes.flatMap((node) => block(node.kind === 'run' ? runText(node) : cleanupText(node), columns, 2));
}

const isFirst = ({ kind, after }: PlanNode): boolean => kind === 'run' && after.length === 0;

function runText({ title, steps }: PlanNode): string {
  const places = (key: string) =>
    steps.flatMap((step) => {
      const listed = isDo(step) ? step.do.with[key] : undefined;
      return Array.isArray(listed) ? listed.map(String) : [];
    });
  const [apart, hidden] = [places('cannotReach'), places('hide')];
  return [
    title,
    ...(apart.length > 0 ? [`cannot reach ${apart.join(', ')}`] : []),
    ...(hidden.length > 0 ? [`hides ${hidden.join(', ')}`] : []),
  ].join(': ');
}

/** How each system is undone where people order it. */
export const rollbackLines = ({ nodes }: Plan, columns: number): string[] =>
  Object.values(nodes)
    .filter(({ kind }) => kind === 'rollback')
    .toReversed()
    .flatMap(({ name, steps }) =>
      block(`${name}: ${steps.map((step) => step.title).join(', ')}`, columns, 2),
    );

const cleanupText = ({ name, steps }: PlanNode): string =>
  `clean up ${name}: ${steps.map((step) => step.title).join(', ')}`;
