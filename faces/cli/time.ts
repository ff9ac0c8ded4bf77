import type { Instant } from '../../core/units.ts';

interface Parts {
  readonly day: string;
  readonly minute: string;
  readonly second: string;
}

/** Writes moments in one zone; today's without their day. */
export interface Clock {
  /** `03:04`, or `2026-11-22 03:04` on another day than now. */
  readonly minute: (at: Instant) => string;
  /** The same with seconds. */
  readonly second: (at: Instant) => string;
}

/** @throws RangeError where the zone is unknown. */
export function clockIn(zone: string, now: Instant): Clock {
  const format = new Intl.DateTimeFormat('sv-SE', {
    timeZone: zone,
    dateStyle: 'short',
    timeStyle: 'medium',
  });
  const parts = (at: Instant): Parts => {
    const [day = '', second = ''] = format.format(at).split(' ');
    return { day, second, minute: second.slice(0, 5) };
  };
  const today = parts(now).day;
  const dated = (part: 'minute' | 'second') => (at: Instant) => {
    const written = parts(at);
    return written.day === today ? written[part] : `${written.day} ${written[part]}`;
  };
  return { minute: dated('minute'), second: dated('second') };
}
