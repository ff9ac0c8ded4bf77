import { appendFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ScannedPoint } from '../core/event.ts';
import type { RecoveryPoint } from '../core/recovery-point.ts';
import type { Instant } from '../core/units.ts';
import type { StepId } from './step-directory.ts';

/** A restored recovery point that was scanned on this host, and in which nothing was found. */
export interface Scan extends ScannedPoint, StepId {
  readonly at: Instant;
}

/** In the state directory, a JSON text a line: a run's own record goes with the run, what is known of a point stays. */
const scansFile = (home: string): string => join(home, 'scans.jsonl');

/** Writes down, durably, that nothing was found in a point. */
export const noteScan = (home: string, scan: Scan): Promise<void> =>
  appendFile(scansFile(home), `${JSON.stringify(scan)}\n`, { flush: true, mode: 0o600 });

/** All that were noted; half a line, as a full disk leaves it, says nothing. */
export async function readScans(home: string): Promise<readonly Scan[]> {
  const text = await readFile(scansFile(home), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  return text.split('\n').flatMap((line) => parse(line) ?? []);
}

/** The same point with when it was last scanned. What took its id and its place since then was not. */
export function withScan(point: RecoveryPoint, scans: readonly Scan[]): RecoveryPoint {
  const times = scans
    .filter(({ copy, point: id, at }) => copy === point.copy && id === point.id && at >= point.time)
    .map(({ at }) => at);
  return times.length === 0 ? point : { ...point, scanned: Math.max(...times) };
}

function parse(line: string): Scan | undefined {
  try {
    const scan = JSON.parse(line) as Partial<Scan> | null;
    const whole =
      typeof scan?.at === 'number' && [scan.copy, scan.point].every((one) => typeof one === 'string');
    return whole ? (scan as Scan) : undefined;
  } catch {
    return undefined;
  }
}
