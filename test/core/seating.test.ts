import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { seatAll } from '../../core/seating.ts';

const wishes = fc.array(fc.array(fc.nat({ max: 6 }), { maxLength: 5 }), { maxLength: 7 });

/** Every way to seat all of them, one after the other. */
function canSit(mayFill: readonly (readonly number[])[], taken: readonly number[] = []): boolean {
  const [first, ...rest] = mayFill;
  if (!first) return true;
  return first.some((seat) => !taken.includes(seat) && canSit(rest, [...taken, seat]));
}

describe('seatAll', () => {
  it('seats everybody exactly where brute force finds a way', () => {
    fc.assert(
      fc.property(wishes, (mayFill) => {
        const seats = seatAll(mayFill);
        expect(seats !== undefined).toBe(canSit(mayFill));
        if (!seats) return;
        expect(seats).toHaveLength(mayFill.length);
        expect(new Set(seats).size).toBe(seats.length);
        for (const [person, seat] of seats.entries()) expect(mayFill[person]).toContain(seat);
      }),
      { numRuns: 2000 },
    );
  });

  it('lets who could sit on either make room for who could sit on one only', () => {
    expect(seatAll([[0, 1], [0]])).toEqual([1, 0]);
    expect(seatAll([[0, 1], [0, 2], [0]])).toEqual([1, 2, 0]);
  });

  it('says that not all can sit', () => {
    expect(seatAll([[0], [0]])).toBeUndefined();
    expect(seatAll([[]])).toBeUndefined();
  });

  it('seats nobody where nobody came', () => {
    expect(seatAll([])).toEqual([]);
  });
});
