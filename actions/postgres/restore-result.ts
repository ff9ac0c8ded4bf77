import type { Instant } from '../../core/units.ts';
import type { ActionResult } from '../action.ts';
import { connectionOf } from './connection.ts';
import type { Recovered } from './recover.ts';
import type { Target } from '../servers/target.ts';
import type { WalRange } from './wal-archive.ts';

/** What is restored: when it was complete, and its name. */
export interface BackupId {
  readonly id: string;
  readonly time: Instant;
}

export interface Restored {
  readonly input: {
    readonly dataDirectory: string;
    readonly port: number;
    readonly listen: string;
    readonly user: string;
    readonly database: string;
  };
  readonly base: BackupId;
  readonly range: WalRange;
  readonly recovered: Recovered;
  readonly target: Target | undefined;
  /** Where the old data directory goes; null where there is none. */
  readonly aside: string | null;
}

/** What is said of a restore, with the figures of how far it went apart. */
export function resultOf({ input, base, range, recovered, target, aside }: Restored): ActionResult {
  const { lsn, timeline, stoppedAt, lastCommit } = recovered;
  const newest = recovered.newestRecord ?? lastCommit;
  const upTo = recoveredUpTo({ base, range, recovered, target });
  const figures = {
    recoveredUpTo: iso(upTo),
    newestRecord: newest === undefined ? null : iso(newest),
    archivedUpTo: iso(range.last.time),
    stoppedAt,
    lsn,
    timeline,
  };
  const { port, dataDirectory } = input;
  return {
    outputs: {
      ...figures,
      connection: connectionOf(input),
      port,
      dataDirectory,
      point: base.id,
      aside,
    },
    findings: { value: figures.recoveredUpTo, ...figures },
    found: {
      point: base.id,
      recoveredUpTo: upTo,
      ...(newest !== undefined && { newestRecord: newest }),
      made: [dataDirectory, ...(aside === null ? [] : [aside])],
    },
  };
}

/**
 * The moment up to which everything committed is there. At the target that is the target. At the end of the
 * archive it is when the last segment was archived: what was committed before is in it or in those before.
 */
function recoveredUpTo({ base, range, recovered, target }: Omit<Restored, 'input' | 'aside'>): Instant {
  if (recovered.stoppedAt === 'target' && target) return target.at;
  const end = Math.max(range.last.time, base.time, recovered.lastCommit ?? 0);
  return target ? Math.min(end, target.at) : end;
}

const iso = (moment: Instant) => new Date(moment).toISOString();
