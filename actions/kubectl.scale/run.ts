import { setTimeout as sleep } from 'node:timers/promises';
import type { z } from 'zod';
import { type ActionContext, ActionFailure, type ActionResult, type Run, type Settle } from '../action.ts';
import { type Cluster, inCluster } from '../kubectl/cluster.ts';
import { whyNotReady } from '../kubectl/why-not-ready.ts';
import { podsOf, readWorkload, tellReadiness, type Workload } from '../kubectl/workload.ts';
import { keepBefore, keptBefore } from './before.ts';
import type { description } from './describe.ts';

type Input = z.output<typeof description.input>;

/** How often it is looked while it is waited, in milliseconds. */
const lookEveryMs = 1_000;

/** Set only where it still is what was read, so that what was before is known for certain. */
export const run: Run<Input> = (input, context) =>
  inCluster(input, context, async (cluster) => {
    const { desired } = await readWorkload(input.name, cluster);
    const before = await keepBefore(desired, cluster.where, context);
    if (desired !== input.replicas) await scale(input, desired, cluster);
    const now =
      input.wait === undefined
        ? await readWorkload(input.name, cluster)
        : await settled(input, cluster, context);
    return resultOf(before, now);
  });

export const settle: Settle<Input> = (input, context) =>
  inCluster(input, context, async (cluster) => {
    const now = await readWorkload(input.name, cluster);
    if (now.desired !== input.replicas) return 'not-done';
    if (input.wait !== undefined && !(await isThere(input, now, cluster))) return 'partial';
    const before = await keptBefore(cluster.where, context);
    return before === undefined ? 'done' : resultOf(before, now);
  });

const scale = ({ name, replicas }: Input, from: number, { kubectl }: Cluster): Promise<string> =>
  kubectl({
    doing: `Scaling ${name} from ${from} to ${replicas}`,
    argv: ['scale', name, `--current-replicas=${from}`, `--replicas=${replicas}`],
  });

async function settled(input: Input, cluster: Cluster, context: ActionContext): Promise<Workload> {
  for (const end = performance.now() + Number(input.wait); ;) {
    const over = performance.now() >= end;
    try {
      const now = await readWorkload(input.name, cluster);
      tellReadiness(now, context);
      if (now.desired !== input.replicas) throw altered(input, now);
      if (await isThere(input, now, cluster)) return now;
      if (over) throw await late(input, now, cluster);
    } catch (error) {
      if (over || !(error instanceof ActionFailure) || error.kind === 'terminal') throw error;
      context.log(error.message); // An API server that is away for a moment is waited for as well.
    }
    await sleep(lookEveryMs, undefined, { signal: context.signal });
  }
}

/** A pod that is ending still works: it counts until it is gone. */
const isThere = async ({ replicas }: Input, now: Workload, cluster: Cluster): Promise<boolean> =>
  now.seen && now.ready === replicas && (await podsOf(now, cluster)).length === replicas;

const altered = ({ name, replicas }: Input, { desired }: Workload): ActionFailure =>
  new ActionFailure(
    `${name} was scaled to ${replicas}, and somebody has set it to ${desired} since: an autoscaler? Stop what does so first.`,
    { kind: 'terminal' },
  );

async function late(
  { name, replicas, wait }: Input,
  now: Workload,
  cluster: Cluster,
): Promise<ActionFailure> {
  const pods = await podsOf(now, cluster);
  const why = await whyNotReady([now.object], pods, cluster);
  return new ActionFailure(
    `${name} is scaled to ${replicas}, but after ${Number(wait) / 1_000} s ${pods.length} pods are there and ${now.ready} of them ready (${cluster.where}).${why}`,
    { findings: { value: now.ready, replicas, ready: now.ready } },
  );
}

function resultOf(before: number, { desired, ready }: Workload): ActionResult {
  const figures = { before, replicas: desired, ready };
  return { outputs: figures, findings: { value: ready, ...figures } };
}
