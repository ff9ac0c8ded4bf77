/**
 * A length of time in milliseconds. The brand is weak on purpose: a plain number is accepted, an
 * `Instant` is not, so lengths and moments cannot be mixed up and arithmetic needs no casts.
 */
export type Milliseconds = number & { readonly unit?: 'ms' };

/** A moment: milliseconds since 1970-01-01T00:00:00Z. */
export type Instant = number & { readonly unit?: 'ms since epoch' };

/** SHA-256 over canonical JSON or over a file's bytes, as `sha256:<64 hex digits>`. */
export type Digest = string;

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

const compact = /^(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?(?:(\d+)ms)?$/;
const iso = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/;

/**
 * Reads a duration written as `90s`, `15m`, `1h30m`, `500ms`, `2d` or ISO 8601 (`PT15M`, `P1DT2H`).
 * Months and years have no fixed length and are not accepted.
 * @returns milliseconds, or undefined where the text is no duration.
 */
export function parseDuration(text: string): Milliseconds | undefined {
  const parts = compact.exec(text) ?? iso.exec(text);
  if (!parts || !parts.slice(1).some((part) => part !== undefined)) return undefined;
  const [d = 0, h = 0, m = 0, s = 0, ms = 0] = parts.slice(1).map((part) => Number(part ?? 0));
  const total = d * day + h * hour + m * minute + s * second + ms;
  return Number.isSafeInteger(total) ? total : undefined;
}

/** Writes a duration the way people say it: `13m 42s`, `2h 05m`, `3d 4h`, `9s`, `0s`; a negative one with a minus. */
export function formatDuration(duration: Milliseconds): string {
  if (duration < 0) return `-${formatDuration(0 - duration)}`;
  const seconds = Math.round(duration / second);
  if (duration > 0 && duration < second) return `${Math.round(duration)}ms`;
  const [d, h, m, s] = [
    Math.floor(seconds / 86_400),
    Math.floor(seconds / 3_600) % 24,
    Math.floor(seconds / 60) % 60,
    seconds % 60,
  ] as const;
  const two = (n: number) => String(n).padStart(2, '0');
  if (d > 0) return h > 0 ? `${d}d ${h}h` : `${d}d`;
  if (h > 0) return m > 0 ? `${h}h ${two(m)}m` : `${h}h`;
  if (m > 0) return s > 0 ? `${m}m ${two(s)}s` : `${m}m`;
  return `${s}s`;
}
