import type { Ask, Seat } from '../../../core/ask.ts';
import { formatDuration } from '../../../core/units.ts';

/** Who must say yes, who may not, and what happens when nobody answers. */
export function approvalText({ choices, not, timeout, onTimeout, auto }: Ask): string {
  if (auto) return `answers itself: ${auto.choice}`;
  const [yes] = choices;
  return [
    `${yes?.name ?? 'decided'} by ${yes?.by.map(seatText).join(' and ') ?? 'anyone'}`,
    ...(not.length > 0 ? [`not by ${not.join(', ')}`] : []),
    ...(timeout === undefined ? [] : [`after ${formatDuration(timeout)} without an answer: ${onTimeout}`]),
  ].join('; ');
}

function seatText({ role, count }: Seat): string {
  const roles = typeof role === 'string' ? role : role.join(' or ');
  return count === 1 ? roles : `${count} people (${roles})`;
}
