import { expect, it } from '@jest/globals';
import { describeTimeSkipping, useTimeSkipping } from './time-skipping.ts';

describeTimeSkipping('the time-skipping server', () => {
  const skipping = useTimeSkipping();

  it('passes over thirty days', async () => {
    const { env } = skipping;
    const before = await env.currentTimeMs();
    await env.sleep('30 days');
    expect((await env.currentTimeMs()) - before).toBeGreaterThanOrEqual(30 * 86_400_000);
  });
});
