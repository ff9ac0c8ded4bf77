import type { Instant } from '../../core/units.ts';
import { ActionFailure } from '../action.ts';

/**
 * The moment of a time on the clock of a host. The header of a dump holds that clock without its zone, and pg_restore shows it as
 * if it were its own. Of an hour that there was twice the first is taken: then more is held for lost than is.
 * @param wall `2024-05-01 03:00:00`
 * @param zone `Europe/Berlin`; absent: that of this host.
 */
export function instantOf(wall: string, zone?: string): Instant {
  const asUtc = Date.parse(`${wall.replace(' ', 'T')}Z`);
  if (Number.isNaN(asUtc)) throw new ActionFailure('The header of the dump does not say when it was made.');
  const shown = formatter(zone);
  const offsetAt = (moment: Instant) => Date.parse(`${shown.format(moment).replace(' ', 'T')}Z`) - moment;
  const hour = 3_600_000;
  const offsets = [24, -24].map((hours) => offsetAt(asUtc - hours * hour));
  const fits = offsets.map((offset) => asUtc - offset).filter((moment) => offsetAt(moment) === asUtc - moment); // prettier-ignore
  return Math.min(...(fits.length > 0 ? fits : offsets.map((offset) => asUtc - offset)));
}

/** `sv` writes times as ISO 8601 does. */
function formatter(timeZone?: string): Intl.DateTimeFormat {
  const parts = { year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit' } as const; // prettier-ignore
  return new Intl.DateTimeFormat('sv-SE', { ...parts, ...(timeZone !== undefined && { timeZone }) });
}
