import { printable, shorten } from '../../../core/printable.ts';
import type { Instant } from '../../../core/units.ts';

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

/** What nobody sees, and what keeps a sign from beginning a format or an emoji. */
const nothing = '\u200b';

/**
 * Text from data as one line of Slack's mrkdwn that is shown as it is: no mention, link, format or emoji, no second line,
 * and of bounded length.
 */
export function data(text: string, limit = 300): string {
  return shorten(printable(text).replaceAll(/\s+/g, ' ').trim(), limit)
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

/** As many lines as fit one block of Slack's, and how many are missing. */
export function fitting(lines: readonly string[], limit = 2_900): string {
  let text = '';
  for (const [index, line] of lines.entries()) {
    const next = text === '' ? line : `${text}\n${line}`;
    if (next.length > limit) return `${text}\n… and ${lines.length - index} more`;
    text = next;
  }
  return text;
}

/** The first of them, and how many more there are. */
export const listed = (items: readonly string[], separator = ', ', most = 12): string =>
  items.length <= most
    ? items.join(separator)
    : `${items.slice(0, most).join(separator)}${separator}and ${items.length - most} more`;
