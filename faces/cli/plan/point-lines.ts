import type { RecoveryPoint } from '../../../core/recovery-point.ts';
import { formatDuration, type Instant, type Milliseconds } from '../../../core/units.ts';
import { formatBytes } from '../live/progress-words.ts';
import { safe } from '../live/safe.ts';
import type { Clock } from '../time.ts';
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
  /** Why backups that are there are not among them. */
  readonly leftOut?: readonly string[];
}

interface Sheet {
  readonly now: Instant;
  readonly columns: number;
  readonly clock: Clock;
}

/** Each restore with its recovery points against its RPO; ages and losses are counted from `now`. */
export function pointLines(given: readonly PointSheet[], sheet: Sheet): string[] {
  const sheets = safe(given);
  if (sheets.length === 0) return ['No step of this plan restores one of several recovery points.'];
  return sheets.flatMap((one, index) => [
    ...(index > 0 ? [''] : []),
    ...headLines(one, sheet),
    ...tableOf(one, sheet).map((line) => `  ${line}`),
  ]);
}

function headLines(
  { system, step, action, rpo, at, problem, points, leftOut = [] }: PointSheet,
  { now, columns }: Sheet,
): string[] {
  const goal = rpo === undefined ? 'no RPO' : `RPO ${formatDuration(rpo)}`;
  const loss = at === undefined ? '' : `, the newest loses ${formatDuration(now - at)}`;
  const late = rpo !== undefined && at !== undefined && now - at > rpo ? ': TOO OLD' : '';
  const copies = [...new Set(points.map(({ copy }) => copy))];
  return [
    ...block(`${system}, ${step} (${action}): ${goal}${loss}${late}`, columns, 0),
    ...(copies.length === 1 ? block(`in ${copies[0]}`, columns, 2) : []),
    ...(problem === undefined ? [] : block(`NONE CHOSEN: ${problem}`, columns, 2)),
    ...(at === undefined ? [] : leftOut.flatMap((one) => block(`left out: ${one}`, columns, 2))),
  ];
}

type Column = readonly [head: string, cell: (point: RecoveryPoint) => string];

/** What no point says has no column, but for whether anybody ever looked at it. */
function tableOf({ points, chosen }: PointSheet, { now, columns, clock }: Sheet): string[] {
  if (points.length === 0) return [];
  const moment = (at: Instant | undefined) => (at === undefined ? '' : clock.second(at));
  const all: readonly Column[] = [
    ['', ({ id }) => (id === chosen ? '>' : '')],
    ['ID', ({ id }) => id],
    ['KIND', ({ kind }) => kind],
    ['COMPLETE AT', ({ time }) => moment(time)],
    ['UP TO', ({ until }) => moment(until)],
    ['AGE', ({ time, until }) => formatDuration(now - (until ?? time))],
    ['SIZE', ({ bytes }) => (bytes === undefined ? '' : formatBytes(bytes))],
    ['COPY', ({ copy }) => (points.every((other) => other.copy === copy) ? '' : copy)],
    ['VERIFIED', ({ verified }) => moment(verified)],
    ['SCANNED', ({ scanned }) => moment(scanned)],
  ];
  const shown = all.filter(([, cell]) => points.some((point) => cell(point) !== ''));
  const proofs = ['VERIFIED', 'SCANNED'].filter((head) => !shown.some(([other]) => other === head));
  return [
    ...table(
      [shown.map(([head]) => head), ...points.map((point) => shown.map(([, cell]) => cell(point)))],
      columns - 2,
    ),
    ...(proofs.length > 0 ? [`none is known to be ${proofs.join(' or ').toLowerCase()}`] : []),
  ];
}
