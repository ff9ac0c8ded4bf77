import type { Mode } from '../core/names.ts';

/** Asks for a worker host: whoever answers it is the one. */
export interface BindInput {
  readonly mode: Mode;
  /** The ids of worker hosts that people gave up. */
  readonly not: readonly string[];
}
