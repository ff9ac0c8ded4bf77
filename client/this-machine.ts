import { hostQueue, searchAttributes } from '../contract/names.ts';
import type { Host } from '../core/change.ts';

/** The worker host of this machine, to which the runs of its own service are bound from the start. */
export const hostOf = (id: string, name: string): Host => ({ id, name, taskQueue: hostQueue(id) });

/** The search attributes that make lists quick, for a service that Muster starts itself. */
export const keywordAttributes = Object.fromEntries(
  Object.values(searchAttributes).map((name) => [name, 'KEYWORD' as const]),
);
