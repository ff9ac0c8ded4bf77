import { condition, defineUpdate, proxyActivities, setHandler } from '@temporalio/workflow';

const { noop } = proxyActivities<{ noop(input: { system: string }): Promise<unknown> }>({
  startToCloseTimeout: '1 minute',
});

/** One step after another, each after one bare Update: the least that a decision can be. */
export async function byHandGates(count: number): Promise<void> {
  let open = 0;
  setHandler(defineUpdate<string>('approve'), () => {
    open += 1;
    return 'counted';
  });
  for (let at = 0; at < count; at += 1) {
    await condition(() => open > at);
    await noop({ system: `s${at}` });
  }
}
