import type { NodeId } from './names.ts';
import type { Instant } from './units.ts';

/** What the people saw when an ask was opened; fixed at the opening. */
export interface Shown {
  /** What must hold before, and the data under it: each with when it was verified and what it was restored to. */
  readonly rests: readonly {
    readonly node: NodeId;
    readonly status: string;
    readonly verifiedAt?: Instant;
    readonly recoveredUpTo?: Instant;
    /** The id of the recovery point that was used. */
    readonly point?: string;
  }[];
  /** The nodes and steps that a yes sets free. */
  readonly releases: readonly string[];
  /** Of a gate or a declaration, by the plan's figures: how the run goes on if it is opened at once. */
  readonly ifNow?: {
    /** When the last system or function is expected to be there. */
    readonly finish: Instant;
    /** Until when an opening misses no objective of what stands behind it, the first one first; some may lie in the past. */
    readonly openBy: readonly {
      readonly node: NodeId;
      readonly objective: 'rto' | 'mtpd';
      readonly at: Instant;
    }[];
  };
}
