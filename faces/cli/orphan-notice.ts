import { readOrphanReport } from '../../host/orphan-report.ts';
import type { Clock } from './time.ts';

/** A line where this host's worker has found orphans, as it wrote them down: nothing is looked at for it. None where it found none. */
export function orphanNotice(home: string, clock: Clock): readonly string[] {
  const { orphans = [], lookedAt = 0 } = readOrphanReport(home) ?? {};
  if (orphans.length === 0) return [];
  const steps = orphans.length === 1 ? '1 step' : `${orphans.length} steps`;
  return [
    `ORPHANS on this host: ${steps} that no run waits for (seen ${clock.minute(lookedAt)}): muster steps`,
  ];
}
