import type { z } from 'zod';
import { type ActionContext, ActionFailure, type Run } from '../action.ts';
import { type Cluster, inCluster } from '../kubectl/cluster.ts';
import { persistently } from '../kubectl/persistently.ts';
import { watched } from '../kubectl/watched.ts';
import { whyNotReady } from '../kubectl/why-not-ready.ts';
import { podsOf, readWorkload, tellReadiness } from '../kubectl/workload.ts';
import type { description } from './describe.ts';

type Input = z.output<typeof description.input>;

/** kubectl says when it is rolled out; how far it is the object itself says. */
export const run: Run<Input> = (input, context) =>
  inCluster(input, context, async (cluster) => {
    await readWorkload(input.name, cluster); // What is not there nobody waits for.
    const look = async () => tellReadiness(await readWorkload(input.name, cluster), context);
    await watched(status(input, cluster, context), look, context).catch((error: unknown) =>
      explain(error, input, cluster, context),
    );
    const now = await readWorkload(input.name, cluster);
    tellReadiness(now, context);
    const { desired, updated, ready } = now;
    const figures = { desired, updated, ready };
    return { outputs: figures, findings: { value: ready, ...figures } };
  });

const status = ({ name, timeout }: Input, { kubectl }: Cluster, context: ActionContext): Promise<string> => {
  const doing = `Waiting for the rollout of ${name}`;
  const argv = ['rollout', 'status', name];
  const ask = (seconds: number) => kubectl({ doing, argv: [...argv, `--timeout=${seconds}s`], waits: true });
  return persistently({ timeout, ask }, context);
};

async function explain(
  error: unknown,
  { name }: Input,
  cluster: Cluster,
  context: ActionContext,
): Promise<never> {
  context.signal.throwIfAborted();
  if (!(error instanceof ActionFailure) || !/timed out waiting|progress deadline/.test(error.message))
    throw error;
  const workload = await readWorkload(name, cluster);
  const { desired, updated, ready } = workload;
  const why = await whyNotReady([workload.object], await podsOf(workload, cluster), cluster);
  throw new ActionFailure(
    `${error.message}. ${updated} updated and ${ready} ready of ${desired} pods.${why}`,
    {
      findings: { value: ready, desired, updated, ready },
      kind: error.kind,
    },
  );
}
