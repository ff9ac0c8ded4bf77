import type { Colors } from 'picocolors/types.js';
import type { Ask } from '../../../core/ask.ts';
import type { Person } from '../../../core/names.ts';

/** What is written on: how wide it is, and how it can be coloured. */
export interface Sheet {
  readonly columns: number;
  readonly paint: Colors;
  /** Who is there and could say yes to an ask, where a roster was given. */
  readonly able?: (ask: Ask) => readonly Person[];
}
