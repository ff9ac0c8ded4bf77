import type { Instant } from './units.ts';

/** A state that a system can be brought back to, as an action finds it where its steps run. */
export interface RecoveryPoint {
  /** What the action takes to restore this one and no other. */
  readonly id: string;
  /** Everything up to this moment is in it. */
  readonly time: Instant;
  /** Where a log is kept as well: any moment from `time` to this one can be recovered to. */
  readonly until?: Instant;
  /** Size of what is restored; where only that is known, of what is stored. */
  readonly bytes?: number;
  /** In the words of the tool: `full`, `incr`, `snapshot`, `dump`. */
  readonly kind: string;
  /** Which copy: the repository that holds it. */
  readonly copy: string;
  /** When it was last found to be readable; absent: nobody knows. */
  readonly verified?: Instant;
  /** When it was last scanned for malware; absent: nobody knows. */
  readonly scanned?: Instant;
}
