import { z } from 'zod';
import type { Cluster } from './cluster.ts';
import { type KubeObject, objectsIn } from './objects.ts';

/** The most pods, and the most events, that are told of. */
const mostPods = 3;
const mostEvents = 3;

const condition = z.object({
  type: z.string(),
  status: z.string(),
  reason: z.string().default(''),
  message: z.string().default(''),
});

const ended = z.object({ exitCode: z.number(), reason: z.string().default('') });

const containerStatus = z.object({
  name: z.string(),
  restartCount: z.number().default(0),
  state: z
    .object({
      waiting: z.object({ reason: z.string().default(''), message: z.string().default('') }).optional(),
      terminated: ended.optional(),
    })
    .prefault({}),
  lastState: z.object({ terminated: ended.optional() }).prefault({}),
});

const statusShape = z
  .object({
    phase: z.string().default(''),
    conditions: z.array(condition).default([]),
    containerStatuses: z.array(containerStatus).default([]),
    initContainerStatuses: z.array(containerStatus).default([]),
  })
  .prefault({});

const statusOf = (object: KubeObject) => statusShape.parse(object['status'] ?? {});

/** Conditions that are bad news when they are true; of all others it is bad news that they are not. */
const bad = /Failure$|Pressure$|Disrupt/;

/**
 * Why something is not as it should be: its conditions, what its pods say, and the last warnings of their events.
 * @returns a sentence for each, behind a blank; nothing where the cluster says nothing.
 */
export async function whyNotReady(
  objects: readonly KubeObject[],
  pods: readonly KubeObject[],
  cluster: Cluster,
): Promise<string> {
  const names = [...objects, ...pods].map(({ metadata }) => metadata.name);
  const said = [
    ...objects.flatMap(conditionsOf),
    ...pods
      .filter((pod) => isEnding(pod) || isNotReady(pod))
      .slice(0, mostPods)
      .map(troubleOf),
    ...(await lastWarnings(names, cluster)),
  ];
  return said.map((one) => ` ${one}.`).join('');
}

function conditionsOf(object: KubeObject): string[] {
  return statusOf(object)
    .conditions.filter(({ type, status }) => (status === 'True') === bad.test(type))
    .map((one) => `${object.metadata.name} is ${one.type}=${one.status} (${words(one)})`);
}

const isEnding = (pod: KubeObject): boolean => pod.metadata['deletionTimestamp'] !== undefined;

const isNotReady = (pod: KubeObject): boolean =>
  !statusOf(pod).conditions.some(({ type, status }) => type === 'Ready' && status === 'True');

function troubleOf(pod: KubeObject): string {
  const { phase, conditions, containerStatuses, initContainerStatuses } = statusOf(pod);
  const containers = [...initContainerStatuses, ...containerStatuses].map(containerTrouble).filter(Boolean);
  const unmet = conditions.filter(({ status, reason }) => status !== 'True' && reason !== '').map(words);
  const ending = isEnding(pod) && 'it is ending';
  const why = [ending, ...(containers.length > 0 ? containers : unmet)].filter(Boolean).join('; ');
  return `pod ${pod.metadata.name} is ${phase || 'not there yet'}${why && `: ${why}`}`;
}

function containerTrouble({
  name,
  restartCount,
  state,
  lastState,
}: z.output<typeof containerStatus>): string {
  const { waiting } = state;
  const last = state.terminated ?? lastState.terminated;
  const parts = [
    waiting && `waits (${words(waiting)})`,
    last && last.exitCode !== 0 && `ended with ${last.exitCode}${last.reason && ` (${last.reason})`}`,
    restartCount > 0 && `was restarted ${restartCount} times`,
  ].filter(Boolean);
  return parts.length === 0 ? '' : `container ${name} ${parts.join(', ')}`;
}

const words = ({ reason, message }: { readonly reason: string; readonly message: string }): string =>
  [reason, message].filter(Boolean).join(': ').replace(/\.$/, '');

const eventShape = z.looseObject({
  involvedObject: z.object({ kind: z.string().default(''), name: z.string().default('') }),
  reason: z.string().default(''),
  message: z.string().default(''),
  lastTimestamp: z.string().nullish(),
  eventTime: z.string().nullish(),
});

/** Of the objects and of what their controllers made for them, whose names begin with theirs. */
async function lastWarnings(names: readonly string[], { kubectl }: Cluster): Promise<string[]> {
  const argv = ['get', 'events', '--field-selector=type=Warning', '--output=json'];
  const events = objectsIn(await kubectl({ doing: 'Reading the events', argv })).map((event) =>
    eventShape.parse(event),
  );
  const timeOf = ({ lastTimestamp, eventTime }: z.output<typeof eventShape>) =>
    lastTimestamp ?? eventTime ?? '';
  return events
    .filter(({ involvedObject: { name } }) => names.some((one) => name === one || name.startsWith(`${one}-`)))
    .sort((a, b) => (timeOf(a) < timeOf(b) ? -1 : 1))
    .slice(-mostEvents)
    .map((event) => `Event of ${event.involvedObject.kind} ${event.involvedObject.name}: ${words(event)}`);
}
