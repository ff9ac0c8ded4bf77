import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { distance, nearest } from '../../language/nearest.ts';

describe('the nearest word', () => {
  it('counts what was left out, put in, replaced and swapped', () => {
    expect(distance('recover', 'recovr')).toBe(1);
    expect(distance('verify', 'verfiy')).toBe(1);
    expect(distance('fence', 'fances')).toBe(2);
    expect(distance('', 'abc')).toBe(3);
  });

  it('finds what was meant, and nothing where nothing is near', () => {
    const keys = ['prepare', 'fence', 'recover', 'verify', 'cleanup'];
    expect(nearest('recovr', keys)).toBe('recover');
    expect(nearest('Verify', keys)).toBe('verify');
    expect(nearest('restore', keys)).toBeUndefined();
  });

  it('is a distance: the same both ways, and 0 for equal texts only', () => {
    const word = fc.string({ maxLength: 8 });
    fc.assert(
      fc.property(word, word, (a, b) => {
        expect(distance(a, b)).toBe(distance(b, a));
        expect(distance(a, b) === 0).toBe(a === b);
      }),
    );
  });
});
