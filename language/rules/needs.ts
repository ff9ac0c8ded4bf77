import { topologicalOrder } from '../../core/graph.ts';
import type { Facts } from './facts.ts';

/** Answers whether a system or gate stands among all that another needs. */
export type IsNeeded = (wanted: string, by: string) => boolean;

const known = new WeakMap<Facts, IsNeeded>();

/** Made when it is first asked for: one bit for each pair, so that thousands of systems take megabytes. */
export function needsOf(facts: Facts): IsNeeded {
  const isNeeded = known.get(facts) ?? closureOf(facts);
  known.set(facts, isNeeded);
  return isNeeded;
}

/** What is broken, or stands on a circle, may need anything. */
function closureOf({ runbook, isDamaged }: Facts): IsNeeded {
  const needs = new Map<string, readonly string[]>();
  for (const section of ['systems', 'gates'] as const) {
    for (const [name, node] of Object.entries<{ readonly needs: readonly string[] }>(runbook[section])) {
      if (!isDamaged(section, name)) needs.set(name, node.needs);
    }
  }
  const order = topologicalOrder(needs);
  const places = new Map(order.map((name, place) => [name, place]));
  const rows: Uint32Array[] = [];
  for (const name of order) {
    const row = new Uint32Array(Math.ceil(order.length / 32));
    for (const need of needs.get(name)!) {
      const place = places.get(need);
      if (place === undefined) row.fill(~0);
      else {
        rows[place]!.forEach((bits, word) => (row[word]! |= bits));
        row[place >> 5]! |= 1 << (place & 31);
      }
    }
    rows.push(row);
  }
  return (wanted, by) => {
    const [row, place] = [rows[places.get(by) ?? -1], places.get(wanted)];
    return row === undefined || place === undefined || (row[place >> 5]! & (1 << (place & 31))) !== 0;
  };
}
