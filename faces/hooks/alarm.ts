import type { IncomingHttpHeaders } from 'node:http';
import { z } from 'zod';
import type { Instant } from '../../core/units.ts';

/** What a monitoring system says. */
export interface Alarm {
  readonly firing: boolean;
  readonly labels: Readonly<Record<string, string>>;
  /** Since when. */
  readonly since?: Instant;
  /** In words. */
  readonly words?: string;
  /** How its sender tells it from others. */
  readonly id: string;
}

const texts = z.record(z.string(), z.string()).default({});

/** https://prometheus.io/docs/alerting/latest/configuration/#webhook_config */
const alertmanager = z.object({
  version: z.literal('4'),
  groupKey: z.string(),
  alerts: z.array(
    z.object({
      status: z.enum(['firing', 'resolved']),
      labels: texts,
      annotations: texts,
      startsAt: z.string(),
      fingerprint: z.string(),
    }),
  ),
});

/** Reads Alertmanager's payload; undefined where it is none. */
export function readAlertmanager(payload: unknown): readonly Alarm[] | undefined {
  const { data } = alertmanager.safeParse(payload);
  return data?.alerts.map(({ status, labels, annotations, startsAt, fingerprint }) => ({
    firing: status === 'firing',
    labels,
    ...sinceOf(startsAt),
    ...wordsOf(annotations['summary'] ?? annotations['description']),
    id: `${data.groupKey} ${fingerprint}`,
  }));
}

/** https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md#context-attributes */
const cloudEvent = z.looseObject({
  specversion: z.literal('1.0'),
  id: z.string().min(1),
  source: z.string().min(1),
  type: z.string().min(1),
  time: z.string().optional(),
  data: z.unknown().optional(),
});

/**
 * Reads a CloudEvent in structured JSON; undefined where it is none. Its labels are its attributes, and the fields of its data that are
 * texts, numbers or booleans, as `data.NAME`.
 */
export function readCloudEvent(payload: unknown): readonly Alarm[] | undefined {
  const event = cloudEvent.safeParse(payload).data;
  if (!event) return undefined;
  const { data, ...attributes } = event;
  const { id, source, type, time } = event;
  const inData = typeof data === 'object' && data !== null ? Object.entries(data) : [];
  const labels = scalars([
    ...Object.entries(attributes),
    ...inData.map(([key, value]): [string, unknown] => [`data.${key}`, value]),
  ]);
  const words = wordsOf(labels['data.summary'] ?? `${type} of ${source}`);
  return [{ firing: true, labels, ...sinceOf(time), ...words, id: `${source} ${id}` }];
}

/** The same in binary mode: the attributes are headers, the body is the data. */
export function binaryCloudEvent(headers: IncomingHttpHeaders, data: unknown): unknown {
  const attributes = Object.entries(headers).flatMap(([name, value]) =>
    name.startsWith('ce-') && typeof value === 'string' ? [[name.slice(3), decoded(value)]] : [],
  );
  return { ...(Object.fromEntries(attributes) as object), data };
}

function decoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch (error) {
    if (error instanceof URIError) return value; // not encoded at all
    throw error;
  }
}

const scalars = (entries: readonly [string, unknown][]): Record<string, string> =>
  Object.fromEntries(
    entries.flatMap(([key, value]) =>
      ['string', 'number', 'boolean'].includes(typeof value) ? [[key, String(value)]] : [],
    ),
  );

const wordsOf = (words: string | undefined) => (words === undefined ? {} : { words });

/** No alarm of today is of an outage that began earlier, in milliseconds. */
const longest = 30 * 24 * 60 * 60_000;

/** A moment that is none, or lies ahead or far back, is not known. */
function sinceOf(text: string | undefined): { since?: Instant } {
  const since = Date.parse(text ?? '');
  const now = Date.now();
  return since > now - longest && since <= now ? { since } : {};
}
