import type { Event } from '../event.ts';
import type { Instant } from '../units.ts';
import { called } from './called.ts';
import type { OpenAsk } from './seats.ts';

type Opened = { readonly at: Instant; readonly ask: Pick<OpenAsk, 'ask' | 'about' | 'votes'> };
type Asked = Extract<Event, { type: 'asked' | 'reminded' | 'escalated' | 'ended' }>;

/**
 * What happened to the glass over a gate, in words: who broke it, when and why, until when anyone may object, whose objection it
 * was, what came of it. Undefined where it is not about a glass.
 */
export function glassWords({ at, ask: { ask, about, votes } }: Opened, event: Asked): string | undefined {
  const { path, question, proposes } = about;
  if (question !== 'break-glass' || path === undefined || !proposes) return undefined;
  const { by, reason } = proposes;
  const gate = called(path);
  const broke = `${by} broke the glass of ${gate} at ${moment(at)} (${reason})`;
  const opens = moment(at + (ask.auto?.after ?? 0));
  if (event.type !== 'ended')
    return `${broke}. Anyone may object until ${opens}: muster object ${gate}. Unless somebody does, ${gate} opens then by itself`;
  switch (event.outcome) {
    case 'passed':
      return `${broke}. Nobody objected until ${opens}: ${gate} is open`;
    case 'rejected':
      return `${objection(votes)}: ${gate} does not open. ${broke}`;
    case 'moot':
      return `${broke}. That is over: ${gate} was decided otherwise before ${opens}`;
    case 'failed':
    case 'unknown':
    case 'stopped':
    case 'expired':
    case 'left-out':
    case 'void':
      return `${broke}. That is over (${event.outcome}): ${gate} does not open by it`;
  }
}

function objection(votes: OpenAsk['votes']): string {
  const last = votes.findLast(({ choice }) => choice === 'object');
  return last ? `${last.by} objected at ${moment(last.at)}` : 'Somebody objected';
}

/** `2026-11-23 03:12 UTC`: whoever reads it may be anywhere. */
const moment = (at: Instant): string => `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
