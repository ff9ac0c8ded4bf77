import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { replaceDurably } from '../actions/durable.ts';
import type { Instant } from '../core/units.ts';
import type { StepId } from './step-directory.ts';

/** A step that lives, or ended as nobody knows, and no run waits for. */
export interface Orphan extends StepId {
  readonly action: string;
  readonly directory: string;
  readonly state: 'running' | 'unknown';
  /** Its run is open and goes on without it. */
  readonly givenUp?: true;
  /** Since when it stands so; what nobody knows the end of: when it was started. */
  readonly since: Instant;
}

/** What the worker of a host found when it last looked: it stands in the state directory for whoever asks. */
export interface OrphanReport {
  readonly format: 1;
  readonly lookedAt: Instant;
  readonly orphans: readonly Orphan[];
}

const reportFile = (home: string): string => join(home, 'orphans.json');

/** The report is replaced whole, so that nobody reads half of one. */
export const writeOrphanReport = (home: string, report: OrphanReport): Promise<void> =>
  replaceDurably(reportFile(home), `${JSON.stringify(report)}\n`);

/** The last report; undefined where no worker has looked yet, its state directory is somebody else's, or the file was spoilt. */
export function readOrphanReport(home: string): OrphanReport | undefined {
  try {
    const report = JSON.parse(readFileSync(reportFile(home), 'utf8')) as Partial<OrphanReport> | null;
    return report?.format === 1 && Array.isArray(report.orphans) ? (report as OrphanReport) : undefined;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // What was spoilt by hand the next look of the worker replaces.
    if (error instanceof SyntaxError || ['ENOENT', 'EACCES', 'EPERM'].includes(code ?? '')) return undefined;
    throw error;
  }
}
