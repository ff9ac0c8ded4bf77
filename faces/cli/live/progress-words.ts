import type { Progress } from '../../../actions/action.ts';
import type { Milliseconds } from '../../../core/units.ts';
import { formatDuration } from '../../../core/units.ts';
import type { NodeView } from '../../../core/view.ts';

type Step = NonNullable<NodeView['step']>;

const sizes = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'] as const;

/** `2.1 GB`: three figures at most, powers of a thousand. */
export function formatBytes(bytes: number): string {
  const power = Math.min(sizes.length - 1, bytes < 1000 ? 0 : Math.floor(Math.log10(bytes) / 3));
  const value = bytes / 1000 ** power;
  return `${power === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${sizes[power]}`;
}

const amount = (progress: Progress, value: number): string =>
  progress.unit === 'bytes'
    ? formatBytes(value)
    : `${value.toLocaleString('en-US')}${progress.unit ? ` ${progress.unit}` : ''}`;

/** How far a step is, at what rate: `71 %`, `2.1 GB of 3.0 GB`, `11 MB/s`; what is not known is left out. */
export function progressWords(progress: Progress | undefined, elapsed: Milliseconds): string[] {
  if (!progress) return [];
  const { done, total, doing } = progress;
  const share = done !== undefined && total ? Math.min(100, Math.floor((100 * done) / total)) : undefined;
  const rate = done && elapsed >= 1000 ? (1000 * done) / elapsed : undefined;
  return [
    share === undefined ? '' : `${progress.estimate ? 'about ' : ''}${share} %`,
    doing ?? '',
    done === undefined
      ? ''
      : total
        ? `${amount(progress, done)} of ${amount(progress, total)}`
        : amount(progress, done),
    rate === undefined || progress.unit !== 'bytes' ? '' : `${formatBytes(rate)}/s`,
  ].filter((words) => words !== '');
}

/** How much longer a step takes: by its own pace where that is known, else by what the plan reckons. */
export function remainingWords(step: Step, progress: Progress | undefined, elapsed: Milliseconds): string {
  const { done, total } = progress ?? {};
  const pace = done && total && elapsed >= 1000 ? ((total - done) * elapsed) / done : undefined;
  const left = pace ?? step.takes - elapsed;
  if (left > 0) return `about ${formatDuration(Math.max(1000, left))} more`;
  return `longer than the planned ${formatDuration(step.takes)}`;
}
