import { describe, expect, it } from '@jest/globals';
import { keepUp } from '../../local/keep-up.ts';

describe('keeping a process up', () => {
  /** Looks four times a second for as long as it is told, and returns when it was started. */
  async function startsOver(
    seconds: number,
    start: (at: number) => Promise<void>,
    isUp: (at: number) => boolean,
  ) {
    const starts: number[] = [];
    let now = 0;
    const look = keepUp({
      isUp: () => isUp(now),
      start: async () => {
        starts.push(now);
        await start(now);
      },
    });
    let upkeep = await look(now);
    for (; now < seconds * 1_000; now += 250) upkeep = await look(now);
    return { starts, upkeep };
  }
  const succeed = () => Promise.resolve();

  it('starts at once what is not up', async () => {
    const { starts } = await startsOver(0, succeed, () => false);
    expect(starts).toEqual([0]);
  });

  it('tries ever later what keeps ending, but at least twice a minute', async () => {
    const { starts } = await startsOver(600, succeed, () => false);
    const pauses = starts.slice(1).map((at, index) => at - (starts[index] ?? 0));
    expect(pauses.slice(0, 5)).toEqual([500, 1_000, 2_000, 4_000, 8_000]);
    expect(Math.max(...pauses)).toBe(30_000);
  });

  it('is quick again after something stayed up for a while', async () => {
    const { starts } = await startsOver(200, succeed, (at) => at > 5_000 && at < 100_000);
    const later = starts.filter((at) => at >= 100_000);
    expect(later.slice(0, 3)).toEqual([100_000, 100_500, 101_500]);
  });

  it('tells why the last start failed, and forgets it after one that did not', async () => {
    const fail = () => Promise.reject(new Error('no port'));
    expect((await startsOver(0, fail, () => false)).upkeep.failure?.message).toBe('no port');
    const later = await startsOver(
      1,
      (at) => (at === 0 ? fail() : succeed()),
      (at) => at > 500,
    );
    expect(later.upkeep.failure).toBeUndefined();
  });
});
