import { condition, continueAsNew, proxyActivities, setHandler, workflowInfo } from '@temporalio/workflow';
import {
  isHanded,
  type CourierState,
  type Delivery,
  type DeliveryResult,
  type Handed,
} from '../contract/courier.ts';
import { activityTypes } from '../contract/names.ts';
import { demand } from './demand.ts';
import { Deliveries } from './deliveries.ts';
import { courierState, deliverAgain, handOver } from './messages.ts';

const atOnce = 20;
const continueAfterEvents = 2_000;

/**
 * Delivers the notices of all runs, each until it is there or he gives it up; no run waits for that. What he gave
 * up stays, to be delivered again when somebody says so.
 */
export async function courier(
  before: CourierState = { waiting: [], dead: [], delivered: [], forgotten: 0 },
): Promise<void> {
  const deliveries = new Deliveries(before);
  const underWay = new Set<string>();
  let news = false;

  setHandler(handOver, (handed: unknown) => {
    for (const one of Array.isArray(handed) ? handed.filter(isHanded) : []) deliveries.take(one, Date.now());
    news = true;
  });
  setHandler(
    deliverAgain,
    (ids) => {
      news = true;
      return deliveries.takeAgain(ids, Date.now());
    },
    { validator: (ids: unknown) => demand(Array.isArray(ids)) },
  );
  setHandler(courierState, () => deliveries.state);

  const tryOnce = async (one: Delivery) => {
    underWay.add(one.notice.id);
    const result = await deliver(one);
    underWay.delete(one.notice.id);
    deliveries.end(one, result, Date.now());
    news = true;
  };

  while (workflowInfo().historyLength < continueAfterEvents) {
    const idle = deliveries.state.waiting.filter(({ notice }) => !underWay.has(notice.id));
    const due = idle.filter(({ nextAt }) => nextAt <= Date.now()).slice(0, atOnce - underWay.size);
    for (const one of due) void tryOnce(one);
    news = false;
    const next = Math.min(...idle.filter((one) => !due.includes(one)).map(({ nextAt }) => nextAt));
    if (underWay.size >= atOnce || next === Infinity) await condition(() => news);
    else await condition(() => news, Math.max(1, next - Date.now()));
  }
  await condition(() => underWay.size === 0);
  await continueAsNew<typeof courier>(deliveries.state);
}

/** One try. A host that does not take it in time counts as a failure like any other. */
async function deliver({ notice, origin }: Delivery): Promise<DeliveryResult> {
  const { [activityTypes.deliver]: once } = proxyActivities<{
    [activityTypes.deliver](handed: Handed): Promise<DeliveryResult>;
  }>({
    taskQueue: origin.taskQueue,
    scheduleToStartTimeout: '5 minutes',
    startToCloseTimeout: '1 minute',
    retry: { maximumAttempts: 1 },
    summary: `${notice.type} to ${notice.to}`,
  });
  try {
    return await once({ notice, origin });
  } catch (error) {
    const cause = error instanceof Error ? (error.cause as Error | undefined) : undefined;
    return { delivered: false, problem: cause?.message ?? String(error) };
  }
}
