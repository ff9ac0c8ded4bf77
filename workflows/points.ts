import { proxyActivities } from '@temporalio/workflow';
import { activityTypes } from '../contract/names.ts';
import type { PointsAnswer, PointsInput } from '../contract/points.ts';
import type { Host } from '../core/change.ts';
import type { Listed } from '../core/points/choose.ts';

interface Asking {
  readonly [activityTypes.bind]: () => Promise<Host>;
  readonly [activityTypes.list]: (input: PointsInput) => Promise<readonly Listed[]>;
}

/** Has the recovery points of restores listed on the worker host where their steps would run. */
export async function points(input: PointsInput): Promise<PointsAnswer> {
  const host = input.host ?? (await anyHost());
  const { [activityTypes.list]: list } = proxyActivities<Asking>({
    taskQueue: host.taskQueue,
    startToCloseTimeout: '2 minutes',
    scheduleToCloseTimeout: '3 minutes',
    retry: { maximumAttempts: 2 },
  });
  return { host, lists: await list(input) };
}

function anyHost(): Promise<Host> {
  const { [activityTypes.bind]: bind } = proxyActivities<Asking>({ scheduleToCloseTimeout: '1 minute' });
  return bind();
}
