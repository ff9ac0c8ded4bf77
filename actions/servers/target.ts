import type { Instant } from '../../core/units.ts';

/** A time to recover to, as PostgreSQL is told it and as a moment. */
export interface Target {
  readonly text: string;
  readonly at: Instant;
}

/** `recoverTo` as a runbook writes it. */
export const targetPattern = /^(latest|\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d(:?\d\d)?))$/;

/** Reads `recoverTo`; undefined means the end of the archive. */
export function parseTarget(recoverTo: string): Target | undefined {
  if (recoverTo === 'latest') return undefined;
  const [, local = '', hours = '+00', minutes = '00'] =
    /^(.+?)(?:Z|([+-]\d\d):?(\d\d)?)$/.exec(recoverTo.replace(' ', 'T')) ?? [];
  // PostgreSQL reads this setting before it knows the names of time zones, `Z` among them.
  return { text: `${local}${hours}:${minutes}`, at: Date.parse(`${local}${hours}:${minutes}`) };
}
