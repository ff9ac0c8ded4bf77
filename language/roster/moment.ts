import type { Instant } from '../../core/units.ts';
import { isMoment } from '../compile/moment.ts';

const day = 24 * 60 * 60_000;

/**
 * Reads a moment with its zone (`2026-03-14T12:00:00Z`), or a date: `from` its beginning or `until` its end,
 * both in UTC, so that it means the same on every machine.
 */
export function readMoment(text: string, which: 'from' | 'until'): Instant | undefined {
  if (isMoment(text)) return Date.parse(text);
  if (!/^\d{4}-\d\d-\d\d$/.test(text) || !isMoment(`${text}T00:00Z`)) return undefined;
  return Date.parse(text) + (which === 'until' ? day : 0);
}
