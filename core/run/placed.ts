import type { Host } from '../change.ts';
import type { EventBody } from '../event.ts';
import type { NodeId } from '../names.ts';
import type { PlanNode } from '../plan.ts';
import type { State } from './state.ts';

type Placed = Pick<PlanNode, 'placement'>;

/** The worker host that was found for a node; undefined where none has been yet. */
export const boundHost = (s: State, { placement }: Placed): Host | undefined =>
  placement ? s.hosts?.[placement.key] : s.host;

/** The worker host on which the steps of a node run; undefined where one must be found first. */
export const hostOf = (s: State, node: Placed): Host | undefined =>
  boundHost(s, node) ?? (node.placement ? undefined : unbound);

/** A run without a host of its own starts nothing by itself: its workflow binds it before it looks at what is due. */
const unbound: Host = { id: '', name: 'the host of the run', taskQueue: '' };

/** The nodes that share a worker host with one of them. */
export const sharing = (s: State, id: NodeId): PlanNode[] => {
  const key = s.plan.nodes[id]!.placement?.key;
  return Object.values(s.plan.nodes).filter(({ placement }) => placement?.key === key);
};

/** What was under way on a host that was given up has come to an end that nobody knows. */
export function lostTries(s: State, id: NodeId): EventBody[] {
  return [...(s.agenda.tries.get(id) ?? [])]
    .filter((one) => s.open[one]!.lost)
    .map((one): EventBody => ({
      type: 'ended',
      try: one,
      outcome: 'unknown',
      outputs: {},
      found: { message: 'its worker host was given up: nobody knows how it ended' },
    }));
}
