import { describe, expect, it } from '@jest/globals';
import { compare } from '../../core/expectation.ts';
import type { Json, Scalar } from '../../core/value.ts';

const passes = (expected: Record<string, Json>, findings: Record<string, Scalar>, kinds = {}) =>
  compare(expected, findings, kinds).every(({ passed }) => passed);

describe('what is expected beside what was found', () => {
  it.each([
    [{ atLeast: '1000' }, 1204, true],
    [{ atLeast: '1000' }, 999, false],
    [{ atMost: 5 }, '4.5', true],
    [{ equals: '012' }, '12', false],
    [{ equals: '12.0' }, 12, true],
    [{ equals: 'true' }, true, true],
    [{ contains: 'rec' }, 'recovered', true],
    [{ matches: '^rec.*d$' }, 'recovered', true],
    [{ matches: '^x' }, 'recovered', false],
    [{ atLeast: 'many' }, 5, false],
    [{ atLeast: 0 }, 'none', false],
    [{ atLeast: 0 }, '', false],
    [{ equals: ['a', 'b'] }, 'b', true],
  ] as const)('%j of %j: %s', (expected, value, held) => {
    expect(passes(expected as never, { value })).toBe(held);
  });

  it('is by name of the finding, as a value, as one of several, or by comparison', () => {
    const found = { status: 204, body: 'standby', ms: 12 };
    expect(passes({ status: '204', body: { contains: 'stand' } }, found)).toBe(true);
    expect(passes({ status: ['200', '204'], ms: { atLeast: 10, atMost: 20 } }, found)).toBe(true);
    expect(passes({ status: ['200', '201'] }, found)).toBe(false);
  });

  it('compares moments by when they are, not by how they are written', () => {
    const kinds = { value: 'time' };
    expect(passes({ equals: '2024-05-01T03:04:00Z' }, { value: '2024-05-01T05:04:00+02:00' }, kinds)).toBe(
      true,
    );
    expect(passes({ atLeast: '2024-05-01T03:04:00Z' }, { value: 1_714_532_641_000 }, kinds)).toBe(true);
    expect(passes({ atLeast: '2024-05-01T03:04:00Z' }, { value: 'yesterday' }, kinds)).toBe(false);
  });

  it('passes nothing that was not found, and takes nothing from prototypes', () => {
    expect(passes({ equals: 'null' }, { value: null })).toBe(false);
    expect(passes({ toString: { contains: 'native' } }, {})).toBe(false);
    expect(passes({ value: { unheardOf: 1 } }, { value: 1 })).toBe(false);
  });

  it('keeps both sides in words', () => {
    expect(compare({ atLeast: 1000, status: ['200', '204'] }, { value: 12, status: 500 })).toEqual([
      { name: 'value', expected: 'at least 1000', found: '12', passed: false },
      { name: 'status', expected: 'one of 200, 204', found: '500', passed: false },
    ]);
  });
});
