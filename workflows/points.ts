import { proxyActivities } from '@temporalio/workflow';
import type { BindInput } from '../contract/hosts.ts';
import { activityTypes, labelQueue } from '../contract/names.ts';
import type { PointsAnswer, PointsInput } from '../contract/points.ts';
import type { Host } from '../core/change.ts';
import type { Listed } from '../core/points/choose.ts';
import { isSilence } from './patience.ts';

interface Asking {
  readonly [activityTypes.bind]: (input?: BindInput) => Promise<Host>;
  readonly [activityTypes.list]: (input: PointsInput) => Promise<readonly Listed[]>;
}

/** Has the recovery points of restores listed on the worker hosts where their steps would run. */
export async function points(input: PointsInput): Promise<PointsAnswer> {
  const host = input.host ?? (await anyHost());
  const labels = [...new Set(input.calls.map(({ runsOn }) => runsOn))];
  const lists = await Promise.all(
    labels.map((label) => listed(input, label, label === undefined ? host.taskQueue : labelQueue(label))),
  );
  return { host, lists: lists.flat() };
}

async function listed(
  input: PointsInput,
  label: string | undefined,
  taskQueue: string,
): Promise<readonly Listed[]> {
  const only = input.calls.filter(({ runsOn }) => runsOn === label).map(({ path }) => path);
  const { [activityTypes.list]: list } = proxyActivities<Asking>({
    taskQueue,
    startToCloseTimeout: '2 minutes',
    scheduleToCloseTimeout: '3 minutes',
    retry: { maximumAttempts: 2 },
    ...(label !== undefined && { scheduleToStartTimeout: '20 seconds' }),
  });
  try {
    return await list(label === undefined && only.length === input.calls.length ? input : { ...input, only });
  } catch (error) {
    if (!isSilence(error)) throw error;
    return only.map((path) => ({ path, trouble: `no worker host with the label ${label} answers` }));
  }
}

function anyHost(): Promise<Host> {
  const { [activityTypes.bind]: bind } = proxyActivities<Asking>({ scheduleToCloseTimeout: '1 minute' });
  return bind();
}
