import type { Colors } from 'picocolors/types.js';

/** What is written on: how wide it is, and how it can be coloured. */
export interface Sheet {
  readonly columns: number;
  readonly paint: Colors;
}
