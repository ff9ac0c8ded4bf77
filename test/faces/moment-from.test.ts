import { describe, expect, it } from '@jest/globals';
import { momentFrom } from '../../faces/cli/moment-from.ts';

const now = new Date(2026, 10, 22, 3, 20, 18).getTime();

describe('momentFrom', () => {
  it.each([
    ['now', now],
    ['20m ago', now - 20 * 60_000],
    ['1h30m ago', now - 90 * 60_000],
    ['03:04', new Date(2026, 10, 22, 3, 4).getTime()],
    ['3:04:05', new Date(2026, 10, 22, 3, 4, 5).getTime()],
    ['2020-01-02T03:04:05Z', Date.UTC(2020, 0, 2, 3, 4, 5)],
    ['2020-01-02T03:04+01:00', Date.UTC(2020, 0, 2, 2, 4)],
  ])('reads %s', (text, at) => {
    expect(momentFrom(text, now)).toBe(at);
  });

  it('takes a time of day that is still to come as yesterday’s', () => {
    expect(momentFrom('23:59', now)).toBe(new Date(2026, 10, 21, 23, 59).getTime());
  });

  it.each(['soon', '25:00', '2026-11-22', '2026-11-22T03:04:00', 'ago', '2030-01-01T00:00:00Z'])(
    'refuses %s',
    (text) => {
      expect(() => momentFrom(text, now)).toThrow(text);
    },
  );
});
