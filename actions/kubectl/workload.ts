import { z } from 'zod';
import type { ActionContext } from '../action.ts';
import type { Cluster } from './cluster.ts';
import { type KubeObject, objectsIn } from './objects.ts';

/** How a Deployment, StatefulSet, ReplicaSet or DaemonSet stands. */
export interface Workload {
  readonly object: KubeObject;
  /** As many pods there are to be. */
  readonly desired: number;
  readonly updated: number;
  readonly ready: number;
  /** Its controller has seen what was asked for last. */
  readonly seen: boolean;
  /** Its pods, as kubectl selects them by labels. */
  readonly selector: string;
}

/** A workload by its name: `KIND/NAME`; without a kind it is a Deployment. */
export const workloadName = () =>
  z
    .string()
    .regex(
      /^([a-z][a-z0-9.]*\/)?[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/,
      'must be a name, or KIND/NAME such as statefulset/orders',
    )
    .transform((name) => (name.includes('/') ? name : `deployment/${name}`));

const count = z.number().default(0);

const shape = z.object({
  metadata: z.object({ generation: count }),
  spec: z.object({
    replicas: z.number().optional(),
    selector: z
      .object({
        matchLabels: z.record(z.string(), z.string()).default({}),
        matchExpressions: z
          .array(z.object({ key: z.string(), operator: z.string(), values: z.array(z.string()).default([]) }))
          .default([]),
      })
      .prefault({}),
  }),
  status: z
    .object({
      observedGeneration: count,
      desiredNumberScheduled: count,
      updatedReplicas: z.number().optional(),
      updatedNumberScheduled: count,
      readyReplicas: z.number().optional(),
      numberReady: count,
    })
    .prefault({}),
});

/** @throws ActionFailure where there is none. */
export async function readWorkload(name: string, { kubectl }: Cluster): Promise<Workload> {
  const [object] = objectsIn(
    await kubectl({ doing: `Reading ${name}`, argv: ['get', name, '--output=json'] }),
  );
  const { metadata, spec, status } = shape.parse(object);
  return {
    object: object!,
    desired: spec.replicas ?? status.desiredNumberScheduled,
    updated: status.updatedReplicas ?? status.updatedNumberScheduled,
    ready: status.readyReplicas ?? status.numberReady,
    seen: status.observedGeneration >= metadata.generation,
    selector: selectorOf(spec.selector),
  };
}

type Selector = z.output<typeof shape>['spec']['selector'];

/** https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors */
const selectorOf = ({ matchLabels, matchExpressions }: Selector): string =>
  [
    ...Object.entries(matchLabels).map(([key, value]) => `${key}=${value}`),
    ...matchExpressions.map(({ key, operator, values }) => {
      if (operator === 'Exists') return key;
      if (operator === 'DoesNotExist') return `!${key}`;
      return `${key} ${operator.toLowerCase()} (${values.join(',')})`;
    }),
  ].join(',');

/** Every pod of a workload, those that are ending as well. */
export async function podsOf({ selector, object }: Workload, { kubectl }: Cluster): Promise<KubeObject[]> {
  const doing = `Reading the pods of ${object.metadata.name}`;
  return objectsIn(
    await kubectl({ doing, argv: ['get', 'pods', `--selector=${selector}`, '--output=json'] }),
  );
}

/** Tells how many pods of how many are updated and ready: a pod counts when it is both. */
export function tellReadiness({ desired, updated, ready }: Workload, context: ActionContext): void {
  const done = Math.min(desired, updated, ready);
  context.progress({
    done,
    total: desired,
    doing: `${updated} updated and ${ready} ready of ${desired} pods`,
  });
}
