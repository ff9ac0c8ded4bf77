import { forecast } from '../../../core/forecast.ts';
import { type DoStep, isDo, pathOf, type Plan, type PlanNode } from '../../../core/plan.ts';
import { formatDuration } from '../../../core/units.ts';

/** What a step would do that runs another runbook: between which sites, how fast, and whom it asks; undefined of any other. */
export function childLines(plan: Plan, node: PlanNode, step: DoStep): string[] | undefined {
  const child = plan.children?.[pathOf(node, step)];
  if (!child) return undefined;
  const { recovered, criticalPath } = forecast(child);
  const name = child.runbook.name;
  const asked = asks(child);
  return [
    `${step.title}: runs ${name}, ${child.from.name} > ${child.to.name}, a run of its own${step.noReturn ? ' (no way back)' : ''}`,
    `${name}: recovered ${formatDuration(recovered)} after its start`,
    `${name}: critical path ${criticalPath.join(' > ') || 'of nothing that takes any time'}`,
    ...(asked.length > 0 ? [`${name}: asks people at ${asked.join(', ')}`] : []),
    ...Object.values(child.nodes).flatMap((one) =>
      one.steps.filter(isDo).flatMap((inner) => childLines(child, one, inner) ?? []),
    ),
  ];
}

/** Where people are asked: gates, and what is done by hand. */
export const asks = ({ nodes }: Plan): string[] =>
  Object.values(nodes).flatMap(({ kind, id, name, steps }) =>
    kind === 'gate'
      ? [id]
      : steps.flatMap((step) =>
          isDo(step) ? [] : step.ask.kind === 'gate' ? [step.id] : [`${name}, ${step.id}`],
        ),
  );
