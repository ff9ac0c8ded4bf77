import type { NodeId } from '../../../core/names.ts';
import { formatDuration, type Instant } from '../../../core/units.ts';
import type { AskView } from '../../../core/view.ts';

/** More objectives than these are only counted. */
const mostSaid = 3;

/** What an opening at once would bring, and what waiting costs, the objective that goes first first; nothing where nobody reckoned. */
export function waitingWords(
  { shown: { ifNow } }: AskView,
  {
    now,
    moment,
    name = (id) => id,
  }: {
    readonly now: Instant;
    readonly moment: (at: Instant) => string;
    readonly name?: (id: NodeId) => string;
  },
): string {
  if (!ifNow) return '';
  const said = ifNow.openBy.slice(0, mostSaid).map(({ objective, ...one }) => ({
    ...one,
    what: `${name(one.node)} its ${objective.toUpperCase()}`,
  }));
  const more = ifNow.openBy.length - said.length;
  const lost = said.filter(({ at }) => at < now).map(({ what }) => what);
  const costs = said
    .filter(({ at }) => at >= now)
    .map(({ what, at }) => `${what} after ${formatDuration(at - now)} (${moment(at)})`);
  return [
    `If opened at once, all is there about ${moment(ifNow.finish)}`,
    ...(lost.length > 0 ? [`it has cost ${lost.join(', ')} already`] : []),
    ...(costs.length > 0 ? [`waiting costs ${costs.join(', ')}`] : []),
    ...(more > 0 ? [`and ${more} more`] : []),
  ].join('; ');
}
