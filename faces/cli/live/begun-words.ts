import { formatDuration, type Instant } from '../../../core/units.ts';
import type { AskView } from '../../../core/view.ts';

/** Who is on a manual step, since when, and whether it should be done by now; nothing where nobody said so. */
export function begunWords({ begun }: Pick<AskView, 'begun'>, now: Instant, name = begun?.by ?? ''): string {
  if (!begun) return '';
  const { at, dueAt } = begun;
  const late = now > dueAt ? `; OVERDUE by ${formatDuration(now - dueAt)}` : '';
  return `started by ${name} ${formatDuration(now - at)} ago, planned ${formatDuration(dueAt - at)}${late}`;
}
