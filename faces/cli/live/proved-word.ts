import type { NodeId } from '../../../core/names.ts';
import { declarationNode } from '../../../core/undeclared.ts';
import type { RunView } from '../../../core/view.ts';

/** What is said of something that holds: a system is verified, a gate opened, a declaration made, the rest done. */
export function provedWord(id: NodeId, { functions, inner, nodes }: RunView): string {
  if (id === declarationNode) return 'made';
  switch ([...nodes, ...functions, ...inner].find((node) => node.id === id)?.kind) {
    case 'gate':
      return 'opened';
    case 'run':
    case 'prepare':
    case 'fence':
    case 'cleanup':
    case 'rollback':
      return 'done';
    case 'system':
    case 'function':
    case undefined:
      return 'verified';
  }
}
