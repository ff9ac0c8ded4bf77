import { printable, shorten } from '../../../core/printable.ts';
import type { Instant } from '../../../core/units.ts';

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

/** What nobody sees, and what keeps a sign from beginning a format or an emoji. */
const nothing = '\u200b';

/**
 * Text from data as one line of Slack's mrkdwn that is shown as it is: no mention, link, format or emoji, no second line,
 * and of bounded length as Slack counts it, with its escapes.
 */
export const data = (text: string, limit = 300): string =>
  cut(escaped(shorten(printable(text).replaceAll(/\s+/g, ' ').trim(), limit)), limit);

function escaped(text: string): string {
  return text
    .replaceAll('`', "'")
    .replaceAll(/(^|[^\p{L}\p{N}])([*_~])(?=\S)/gu, `$1$2${nothing}`)
    .replaceAll(/:(?=[\w+'-]+:)/g, `:${nothing}`)
    .replaceAll(/@(?=\w)/g, `@${nothing}`)
    .replaceAll(/[&<>]/g, (sign) => entities[sign]!);
}

/** Text from data for a place where Slack formats nothing. */
export const plain = (text: string, limit: number): string => {
  const line = printable(text).replaceAll(/\s+/g, ' ').trim();
  return line.length <= limit ? line : `${line.slice(0, limit - 1)}…`;
};

/** A moment in the zone of who reads it. */
export function moment(at: Instant): string {
  const written = new Date(at).toISOString();
  return `<!date^${Math.floor(at / 1_000)}^{time_secs}|${written.slice(11, 19)} UTC>`;
}

/** A moment that need not be of today. */
export function dated(at: Instant): string {
  const written = new Date(at).toISOString();
  return `<!date^${Math.floor(at / 1_000)}^{date_short_pretty} {time_secs}|${written.slice(0, 10)} ${written.slice(11, 19)} UTC>`;
}

const halfDay = 12 * 60 * 60_000;

/** Moments as they are said at a moment: with the day where it may be another one. */
export const momentsFrom =
  (now: Instant) =>
  (at: Instant): string =>
    Math.abs(at - now) < halfDay ? moment(at) : dated(at);

/** The beginning of a piece of mrkdwn: no escape, and nothing that Slack fills in, is cut through. */
export const cut = (text: string, limit: number): string =>
  text.length <= limit
    ? text
    : `${text.slice(0, limit - 1).replace(/(?:<[^>]*|&\w*|[\uD800-\uDBFF])$/, '')}…`;

/** What one block of Slack's holds; it takes 3,000 characters. */
export const roomy = 2_900;
/** Shorter, a line says nothing. */
const shortest = 80;

/** As many lines as fit one block of Slack's, and how many are missing; where one is too long, it is cut and the others stay. */
export function fitting(lines: readonly string[], limit = roomy): string {
  const shown = lines.slice(0, Math.floor(limit / (shortest + 1)));
  const missing = lines.length - shown.length;
  if (missing > 0) shown.push(`… and ${missing} more`);
  const longest = fairShare(
    shown.map(({ length }) => length + 1),
    limit,
  );
  return shown.map((line) => cut(line, longest - 1)).join('\n');
}

/** The length beyond which parts are cut, so that all together are no longer than the limit. */
function fairShare(lengths: readonly number[], limit: number): number {
  let [room, left] = [limit, lengths.length];
  for (const length of lengths.toSorted((a, b) => a - b)) {
    if (length > room / left) return Math.floor(room / left);
    [room, left] = [room - length, left - 1];
  }
  return limit;
}

/** The first of them, and how many more there are. */
export const listed = (items: readonly string[], separator = ', ', most = 12): string =>
  items.length <= most
    ? items.join(separator)
    : `${items.slice(0, most).join(separator)}${separator}and ${items.length - most} more`;
