import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { commonMoment, newest } from '../../../core/points/reach.ts';
import type { RecoveryPoint } from '../../../core/recovery-point.ts';

const point = (id: string, time: number, until?: number): RecoveryPoint => ({
  ...{ id, time, kind: 'full', copy: '/backup' },
  ...(until !== undefined && { until }),
});

describe('the newest recovery point', () => {
  it('is the one that brings back the latest moment not after the bound', () => {
    const all = [point('monday', 100), point('tuesday', 200), point('wednesday', 300)];
    expect(newest(all, Infinity)).toMatchObject({ point: { id: 'wednesday' }, at: 300 });
    expect(newest(all, 299)).toMatchObject({ point: { id: 'tuesday' }, at: 200 });
    expect(newest(all, 99)).toBeUndefined();
  });

  it('stops at the bound where a log is kept, on the base with the least to replay', () => {
    const all = [point('monday', 100, 900), point('tuesday', 200, 900)];
    expect(newest(all, 500)).toMatchObject({ point: { id: 'tuesday' }, at: 500 });
    expect(newest(all, 150)).toMatchObject({ point: { id: 'monday' }, at: 150 });
    expect(newest(all, Infinity)).toMatchObject({ point: { id: 'tuesday' }, at: 900 });
  });
});

describe('the common moment of a group', () => {
  const database = { points: [point('base', 100, 900)], notAfter: Infinity };
  const files = { points: [point('1', 300), point('2', 600), point('3', 950)], notAfter: Infinity };

  it('is the newest snapshot that the log of the others reaches', () => {
    expect(commonMoment([database, files], 0)).toBe(600);
    expect(commonMoment([database, { ...files, notAfter: 599 }], 0)).toBe(300);
  });

  it('lets a member be a little before it where that is allowed', () => {
    expect(commonMoment([database, files], 49)).toBe(600);
    expect(commonMoment([database, files], 50)).toBe(950);
  });

  it('is the end of the shortest log where all have one, and the bound before that', () => {
    const other = { points: [point('other', 50, 700)], notAfter: Infinity };
    expect(commonMoment([database, other], 0)).toBe(700);
    expect(commonMoment([database, { ...other, notAfter: 650 }], 0)).toBe(650);
  });

  it('is not there where nothing is common', () => {
    expect(commonMoment([files, { points: [point('x', 301)], notAfter: Infinity }], 0)).toBeUndefined();
  });

  it('is reached by all members, and no snapshot after it is', () => {
    const points = fc
      .array(fc.tuple(fc.nat(50), fc.option(fc.nat(50), { nil: undefined })), { minLength: 1, maxLength: 6 })
      .map((all) =>
        all.map(([time, more], at) => point(`p${at}`, time, more === undefined ? undefined : time + more)),
      );
    const member = fc.record({ points, notAfter: fc.oneof(fc.nat(100), fc.constant(Infinity)) });
    fc.assert(
      fc.property(fc.array(member, { minLength: 1, maxLength: 4 }), fc.nat(10), (members, within) => {
        const reaches = (moment: number) =>
          members.every(
            (one) =>
              moment <= one.notAfter && (newest(one.points, moment)?.at ?? -Infinity) >= moment - within,
          );
        const found = commonMoment(members, within) ?? -Infinity;
        const fixed = members.filter((one) => one.points.every(({ until }) => until === undefined));
        const missed = fixed.flatMap((one) => one.points).filter(({ time }) => time > found && reaches(time));
        expect(missed).toEqual([]);
        expect(found === -Infinity || reaches(found)).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });
});
