import type { Instant } from '../../core/units.ts';
import { parseDuration } from '../../core/units.ts';
import { CliFailure } from './failure.ts';

/**
 * Reads a moment of the past as people say it: `now`, `20m ago`, `03:04` (the last time it was so late here),
 * or a date with its time and zone.
 * @throws CliFailure for anything else, and for the future.
 */
export function momentFrom(text: string, now: Instant): Instant {
  const at = text === 'now' ? now : (ago(text, now) ?? timeOfDay(text, now) ?? dated(text));
  if (at === undefined) {
    throw new CliFailure(`${text} is no moment.`, {
      hint: 'Write 03:04, 2026-11-22T03:04:00Z, "20m ago" or now.',
    });
  }
  if (at > now) throw new CliFailure(`${text} lies in the future.`);
  return at;
}

function ago(text: string, now: Instant): Instant | undefined {
  const length = parseDuration(/^(\S+) ago$/.exec(text)?.[1] ?? '');
  return length === undefined ? undefined : now - length;
}

function timeOfDay(text: string, now: Instant): Instant | undefined {
  const [, hours, minutes, seconds = '0'] = /^([01]?\d|2[0-3]):([0-5]\d)(?::([0-5]\d))?$/.exec(text) ?? [];
  if (hours === undefined || minutes === undefined) return undefined;
  const day = new Date(now);
  const today = day.setHours(Number(hours), Number(minutes), Number(seconds), 0);
  return today <= now ? today : day.setDate(day.getDate() - 1);
}

// A date without a zone would mean another moment on another machine.
const zoned = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/;

function dated(text: string): Instant | undefined {
  const at = zoned.test(text) ? Date.parse(text) : NaN;
  return Number.isNaN(at) ? undefined : at;
}
