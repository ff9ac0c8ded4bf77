import type { PlanNode } from '../plan.ts';
import type { Snapshot } from './snapshot.ts';

const terminal: ReadonlySet<string> = new Set(['passed', 'left-out', 'blocked', 'failed']);

/** Whether a node with this status has ended, however. */
export const isTerminal = (status: string): boolean => terminal.has(status);

/** Whether a node is out of the run until people order its rollback. */
export const isDormant = ({ ending }: Pick<Snapshot, 'ending'>, node: PlanNode): boolean =>
  node.kind === 'rollback' && ending !== 'rollback';

/** Whether a node is part of tidying up, which happens however the run ends. */
export const tidiesUp = (node: PlanNode): boolean =>
  node.kind === 'rollback' ||
  node.kind === 'cleanup' ||
  node.id === 'cleanup' ||
  (node.kind === 'run' && node.after.length > 0);
