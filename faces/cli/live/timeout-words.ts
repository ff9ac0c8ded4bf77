import type { Instant } from '../../../core/units.ts';
import type { AskView } from '../../../core/view.ts';

/** What happens if nobody does anything, and when. */
export function timeoutWords({ ask, openedAt, closesAt }: AskView, moment: (at: Instant) => string): string {
  if (ask.auto) {
    const at = moment(openedAt + ask.auto.after);
    return ask.kind === 'break-glass'
      ? `It opens by itself at ${at}; until then anybody of the roster may object.`
      : `Without an answer by ${at} it is answered by itself, as the rehearsal plans it.`;
  }
  if (closesAt === undefined) return 'Without an answer it waits.';
  const then =
    ask.onTimeout === 'leave-out'
      ? 'what lies behind it is left out'
      : 'it stays shut and can be asked again';
  return `Without an answer by ${moment(closesAt)} ${then}.`;
}
