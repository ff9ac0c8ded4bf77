import type { Plan } from '../../core/plan.ts';
import { restoresOf } from '../../core/points/restores.ts';
import type { Draft } from './draft.ts';

/** The consistency groups of a plan, with those of their systems that restore something in this mode. */
export function consistencyOf({ runbook, nodes }: Draft): Pick<Plan, 'consistency'> {
  const restored = new Set(restoresOf({ nodes: Object.fromEntries(nodes) }).map(({ node }) => node));
  const groups = Object.entries(runbook.consistency).map(
    ([name, { systems, within }]) =>
      [name, { systems: systems.filter((system) => restored.has(system)), within }] as const,
  );
  const left = groups.filter(([, { systems }]) => systems.length > 0);
  return left.length > 0 ? { consistency: Object.fromEntries(left) } : {};
}
