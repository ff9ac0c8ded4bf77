import type { Plan } from '../../../core/plan.ts';
import { block } from './block.ts';

/** By label, what runs on worker hosts of its own. */
export function placementLines({ nodes }: Plan, columns: number): string[] {
  const placed = new Map<string, Set<string>>();
  for (const { name, placement } of Object.values(nodes))
    if (placement) placed.set(placement.label, (placed.get(placement.label) ?? new Set()).add(name));
  return [...placed].flatMap(([label, names]) =>
    block(`on a worker host with the label ${label}: ${[...names].join(', ')}`, columns, 2),
  );
}
