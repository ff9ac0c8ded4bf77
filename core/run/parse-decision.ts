import type { Channel } from '../names.ts';
import type { Decision } from '../event.ts';
import type { Scalar } from '../value.ts';
import { type Fields, fieldsOf, isInstant, isName, isScalar, isText } from './fields.ts';
import { parseChange } from './parse-change.ts';

/** When a decision may be counted at the latest, counted from when it was made. */
export const decisionLives = 10 * 60_000;

/** How far the clocks of a sender and of the service may be apart. */
const skew = 5 * 60_000;

const channels: readonly Channel[] = ['cli', 'console', 'chat', 'webhook', 'schedule'];
const mostAnswers = 50;

/** Where a decision must be meant for, and what time it is there. */
export interface Audience {
  readonly namespace: string;
  readonly run: string;
  readonly now: number;
}

/**
 * Reads a decision from what claims to be one: a new value with the known fields and nothing else, each in
 * its bounds. What has another shape, is meant for another run, or lives too long gives undefined.
 */
export function parseDecision(value: unknown, audience: Audience): Decision | undefined {
  const d = fieldsOf(value);
  if (d?.['version'] !== 1 || d['namespace'] !== audience.namespace || d['run'] !== audience.run)
    return undefined;
  const common = commonOf(d, audience.now);
  if (!common || 'ask' in d === 'propose' in d) return undefined;
  const base = { version: 1, namespace: audience.namespace, run: audience.run, ...common } as const;
  if ('ask' in d) {
    const vote = voteOf(d);
    return vote && { ...base, ...vote };
  }
  const [only, ...more] = Array.isArray(d['propose']) ? (d['propose'] as unknown[]) : [];
  const change = more.length === 0 ? parseChange(only) : undefined;
  return change && { ...base, propose: [change] };
}

function commonOf(d: Fields, now: number) {
  const { id, by, channel, reason, issued, expires } = d;
  if (!isName(id) || !/^[A-Za-z0-9][A-Za-z0-9_.:-]*$/.test(id)) return undefined;
  if (!isName(by) || !isText(reason) || !channels.includes(channel as Channel)) return undefined;
  if (!isInstant(issued) || !isInstant(expires) || expires > issued + decisionLives) return undefined;
  if (issued > now + skew) return undefined;
  return { id, by, channel: channel as Channel, reason, issued, expires };
}

function voteOf({ ask, choice, rests, answers }: Fields) {
  const given = fieldsOf(answers);
  if (!isName(ask) || !isName(choice) || !isName(rests) || !given) return undefined;
  const entries = Object.entries(given);
  if (entries.length > mostAnswers || !entries.every(([key, answer]) => isName(key) && isScalar(answer)))
    return undefined;
  return { ask, choice, rests, answers: Object.fromEntries(entries) as Record<string, Scalar> };
}
