import { z } from 'zod';
import { type ActionContext, ActionFailure, type Run } from '../action.ts';
import { type Cluster, inCluster } from '../kubectl/cluster.ts';
import { type KubeObject, objectsIn } from '../kubectl/objects.ts';
import { persistently } from '../kubectl/persistently.ts';
import { isRefusal } from '../kubectl/refusal.ts';
import { watched } from '../kubectl/watched.ts';
import { whyNotReady } from '../kubectl/why-not-ready.ts';
import type { description } from './describe.ts';

type Input = z.output<typeof description.input>;

/** kubectl says when it is so. What is not there yet is waited for as well: a controller may be about to make it. */
export const run: Run<Input> = (input, context) =>
  inCluster(input, context, async (cluster) => {
    const look = async () => {
      const [objects, unmet] = await stand(input, cluster);
      const met = objects.length - unmet.length;
      context.progress({
        done: met,
        total: objects.length,
        doing: `${met} of ${objects.length} met ${input.until}`,
      });
    };
    const said = await watched(waitFor(input, cluster, context), look, context).catch((error: unknown) =>
      explain(error, input, cluster, context),
    );
    const met = said.split('\n').filter(Boolean).length;
    return { outputs: { met, total: met }, findings: { value: met, met, total: met } };
  });

const isNotThere = /no matching resources found|\(NotFound\)/;

async function waitFor(input: Input, { kubectl, where }: Cluster, context: ActionContext): Promise<string> {
  const { resource, until, timeout } = input;
  const ask = (seconds: number) =>
    kubectl({
      doing: `Waiting for ${resource}`,
      argv: ['wait', ...which(input), `--for=${until}`, `--timeout=${seconds}s`, '--output=name'],
      waits: true,
    });
  const mayPass = (error: unknown) => until !== 'delete' && isRefusal(error, isNotThere);
  try {
    return await persistently({ timeout, ask, mayPass }, context);
  } catch (error) {
    if (!isRefusal(error, isNotThere)) throw error;
    if (until === 'delete') return '';
    throw none(input, where, error);
  }
}

const none = ({ resource, timeout }: Input, where: string, cause: ActionFailure): ActionFailure =>
  new ActionFailure(`Waiting for ${resource} failed (${where}): after ${timeout / 1_000} s there is none.`, {
    cause,
    findings: { value: 0, met: 0, total: 0 },
  });

function which({ resource, selector }: Input): string[] {
  if (selector !== undefined) return [resource, `--selector=${selector}`];
  return resource.includes('/') ? [resource] : [resource, '--all'];
}

/** The objects, and those of them that do not meet it yet; what a JSON path finds only kubectl knows, so then it is all. */
async function stand(input: Input, { kubectl }: Cluster): Promise<[KubeObject[], KubeObject[]]> {
  const argv = [
    'get',
    ...which(input).filter((one) => one !== '--all'),
    '--ignore-not-found',
    '--output=json',
  ];
  const objects = objectsIn(await kubectl({ doing: `Reading ${input.resource}`, argv }));
  const [, type, value = 'True'] = /^condition=(\w+)(?:=(\w+))?$/.exec(input.until) ?? [];
  const meets = (object: KubeObject) =>
    conditionsOf(object).some((one) => same(one.type, type) && same(one.status, value));
  return [objects, objects.filter((object) => !meets(object))];
}

const same = (a: string, b: string | undefined): boolean => a.toLowerCase() === b?.toLowerCase();

const conditioned = z.object({
  conditions: z.array(z.object({ type: z.string(), status: z.string() })).default([]),
});

const conditionsOf = (object: KubeObject) => conditioned.parse(object['status'] ?? {}).conditions;

async function explain(
  error: unknown,
  input: Input,
  cluster: Cluster,
  context: ActionContext,
): Promise<never> {
  context.signal.throwIfAborted();
  if (!isRefusal(error, /timed out waiting/)) throw error;
  const [objects, unmet] = await stand(input, cluster);
  const [pods, others] = [true, false].map((of) => unmet.filter(({ kind }) => (kind === 'Pod') === of));
  const met = objects.length - unmet.length;
  const why = await whyNotReady(others!, pods!, cluster);
  throw new ActionFailure(`${error.message}. ${met} of ${objects.length} met ${input.until}.${why}`, {
    findings: { value: met, met, total: objects.length },
    kind: error.kind,
  });
}
