import { answersText } from '../../../core/ask.ts';
import type { Instant } from '../../../core/units.ts';
import type { AskView } from '../../../core/view.ts';

type Minute = (at: Instant) => string;

/** `So far bea: approve (chat, 03:12).`: the votes given; nothing where there are none. */
export function voteWords({ votes }: AskView, minute: Minute): string {
  const said = votes.map(({ by, choice, channel, at }) => `${by}: ${choice} (${channel}, ${minute(at)})`);
  const given = votes.find(({ answers }) => answers)?.answers;
  const answered = given ? ` Answered: ${answersText(given)}; who votes the same confirms it.` : '';
  return said.length > 0 ? `So far ${said.join(', ')}.${answered}` : '';
}

/** How far the ladder of an ask has come, whom it calls next, and when all are reminded; in short, only what has happened. */
export function ladderWords(
  { ask: { escalate, remind, auto }, openedAt, reached, remindedAt }: AskView,
  minute: Minute,
  inShort = false,
): string {
  const last = reached.map(({ to, at }) => `escalated to ${to} at ${minute(at)}`);
  const next = escalate[reached.length];
  const again = remind === undefined || auto ? undefined : (remindedAt ?? openedAt) + remind;
  const words = [
    ...(inShort ? last.slice(-1) : last),
    ...(inShort || !next ? [] : [`calls ${next.to} at ${minute(openedAt + next.after)}`]),
    ...(remindedAt === undefined ? [] : [`reminded all at ${minute(remindedAt)}`]),
    ...(inShort || again === undefined ? [] : [`reminds all at ${minute(again)}`]),
  ].join('; ');
  return words === '' ? '' : `${words.charAt(0).toUpperCase()}${words.slice(1)}.`;
}
