import type { NodeId } from '../../core/names.ts';
import { mapNodes, type Draft } from './draft.ts';

/** A system is rolled back when it and all that stands on it have ended, and after what stands on it was rolled back. */
export function rollBackInReverse(draft: Draft): void {
  const all = [...draft.nodes.values()];
  const above = new Map<NodeId, NodeId[]>();
  for (const { id, kind, needs, wants } of all) {
    if (kind !== 'system' && kind !== 'gate') continue;
    for (const below of [...needs, ...wants]) above.set(below, [...(above.get(below) ?? []), id]);
  }
  const known = new Map<NodeId, ReadonlySet<NodeId>>();
  /** What must have ended before: up to the next that is rolled back, which waits for the rest itself. */
  const standingOn = (name: NodeId): ReadonlySet<NodeId> => {
    const before = known.get(name);
    if (before) return before;
    const found = new Set<NodeId>();
    known.set(name, found); // circles are told by another pass
    for (const id of above.get(name) ?? []) {
      found.add(id);
      const rollback = `${id}.rollback`;
      if (draft.nodes.has(rollback)) found.add(rollback);
      else for (const higher of standingOn(id)) found.add(higher);
    }
    return found;
  };
  mapNodes(draft, (node) =>
    node.kind === 'rollback' ? { ...node, after: [node.name, ...standingOn(node.name)] } : node,
  );
}
