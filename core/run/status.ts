import type { PlanNode } from '../plan.ts';

const terminal: ReadonlySet<string> = new Set(['passed', 'left-out', 'blocked', 'failed']);

/** Whether a node with this status has ended, however. */
export const isTerminal = (status: string): boolean => terminal.has(status);

/** Whether a node is part of tidying up, which happens however the run ends. */
export const tidiesUp = (node: PlanNode): boolean =>
  node.kind === 'cleanup' || node.id === 'cleanup' || (node.kind === 'run' && node.after.length > 0);
