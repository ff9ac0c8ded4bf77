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
import { Deliveries, mayStart } from './deliveries.ts';
import { courierState, deliverAgain, handOver } from './messages.ts';

const continueAfterEvents = 2_000;

/**
 * Delivers the notices of all runs, each until it is there or he gives it up; no run waits for that. What he gave
 * up stays, to be delivered again when somebody says so.
 */
export async function courier(
  before: CourierState = { waiting: [], dead: [], delivered: [], forgotten: 0 },
): Promise<void> {
  const deliveries = new Deliveries(before);
  const underWay = new Map<string, Delivery>();
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
    underWay.set(one.notice.id, one);
    const result = await deliver(one);
    underWay.delete(one.notice.id);
    deliveries.end(one, result, Date.now());
    news = true;
  };

  while (workflowInfo().historyLength < continueAfterEvents) {
    const { waiting } = deliveries.state;
    for (const one of waiting) if (one.nextAt <= Date.now() && mayStart(one, underWay)) void tryOnce(one);
    news = false;
    const later = waiting.map(({ nextAt }) => nextAt).filter((at) => at > Date.now());
    if (later.length === 0) await condition(() => news);
    else await condition(() => news, Math.min(...later) - Date.now());
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
    scheduleToStartTimeout: '1 minute',
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
