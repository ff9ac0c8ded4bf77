import type { RecoveryPoint } from '../../../core/recovery-point.ts';
import { formatDuration, type Instant, type Milliseconds } from '../../../core/units.ts';
import { formatBytes } from '../live/progress-words.ts';
import { safe } from '../live/safe.ts';
import { table } from '../table.ts';
import { block } from './block.ts';

/** The recovery points of one restore, the newest first, with the one that a plan would take. */
export interface PointSheet {
  readonly system: string;
  readonly step: string;
  readonly action: string;
  readonly rpo?: Milliseconds;
  readonly chosen?: string;
  /** The moment that the chosen one brings back. */
  readonly at?: Instant;
  /** Why none is chosen. */
  readonly problem?: string;
  readonly points: readonly RecoveryPoint[];
}

/** Each restore with its recovery points against its RPO; ages and losses are counted from `now`. */
export function pointLines(
  given: readonly PointSheet[],
  { now, columns }: { readonly now: Instant; readonly columns: number },
): string[] {
  const sheets = safe(given);
  if (sheets.length === 0) return ['No step of this plan restores one of several recovery points.'];
  return sheets.flatMap((sheet, index) => [
    ...(index > 0 ? [''] : []),
    ...headLines(sheet, now, columns),
    ...(sheet.points.length > 0
      ? table([head, ...sheet.points.map((point) => rowOf(point, sheet, now))], columns)
      : []),
  ]);
}

const head = ['', 'ID', 'COMPLETE AT', 'UP TO', 'AGE', 'KIND', 'SIZE', 'COPY', 'VERIFIED', 'SCANNED'];

function headLines(
  { system, step, action, rpo, at, problem }: PointSheet,
  now: Instant,
  columns: number,
): string[] {
  const goal = rpo === undefined ? 'no RPO' : `RPO ${formatDuration(rpo)}`;
  const loss = at === undefined ? '' : `, the newest loses ${formatDuration(now - at)}`;
  const late = rpo !== undefined && at !== undefined && now - at > rpo ? ': TOO OLD' : '';
  return [
    ...block(`${system}, ${step} (${action}): ${goal}${loss}${late}`, columns, 0),
    ...(problem === undefined ? [] : block(`NONE CHOSEN: ${problem}`, columns, 2)),
  ];
}

function rowOf(point: RecoveryPoint, { chosen }: PointSheet, now: Instant): string[] {
  const { id, time, until, kind, bytes, copy, verified, scanned } = point;
  return [
    id === chosen ? '>' : '',
    id,
    stamp(time),
    until === undefined ? '' : stamp(until),
    formatDuration(now - (until ?? time)),
    kind,
    bytes === undefined ? '' : formatBytes(bytes),
    copy,
    verified === undefined ? 'no' : stamp(verified),
    scanned === undefined ? 'no' : stamp(scanned),
  ];
}

const stamp = (moment: Instant): string =>
  `${new Date(moment).toISOString().slice(0, 19).replace('T', ' ')}Z`;
