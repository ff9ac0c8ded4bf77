import { decisionLives } from '../../core/run/parse-decision.ts';
import type { Entry } from '../../record/journal.ts';
import type { StartOrder } from './starter.ts';

/** What a journal says of the starts of the last ten minutes. */
export interface Starts {
  /** The ids of all that were accepted. */
  readonly accepted: ReadonlySet<string>;
  /** Those whose outcome nobody knows, because a process died over them. */
  readonly left: readonly StartOrder[];
}

export async function startsIn(entries: AsyncIterable<Entry>): Promise<Starts> {
  const orders = new Map<string, StartOrder>();
  const ended = new Set<unknown>();
  for await (const entry of entries) {
    if (entry['type'] === 'start-outcome') ended.add(entry['id']);
    if (entry['type'] !== 'start' || Number(entry['at']) < Date.now() - decisionLives) continue;
    const order = entry as unknown as StartOrder;
    orders.set(order.id, order);
  }
  return {
    accepted: new Set(orders.keys()),
    left: [...orders.values()].filter(({ id }) => !ended.has(id)),
  };
}
