import { ApplicationFailure } from '@temporalio/workflow';
import type { DecideInput } from '../contract/recovery.ts';
import type { Signed } from '../core/run/admit.ts';
import { type Audience, parseDecision } from '../core/run/parse-decision.ts';
import type { Roster } from '../core/roster.ts';
import { keyOf, speaksFor } from '../core/vouch.ts';
import { silentKeyWords, unknownKeyWords } from '../core/vouch-words.ts';
import { isSigned } from './signature.ts';

const largest = 64 * 1024;

const refuse = (why: string) => ApplicationFailure.nonRetryable(why, 'MUSTER_DECISION_MALFORMED');

/**
 * Reads what was sent as a decision for this run. Throws an `ApplicationFailure` where it is none; the signature is
 * not looked at.
 */
export function readDecision(sent: DecideInput, audience: Audience): Signed {
  if (typeof sent?.bytes !== 'string' || sent.bytes.length > largest)
    throw refuse('no decision, or too large');
  let value: unknown;
  try {
    value = JSON.parse(sent.bytes);
  } catch {
    throw refuse('a decision is JSON');
  }
  const decision = parseDecision(value, audience);
  if (!decision) throw refuse('no decision for this run');
  return { decision, ...(typeof sent.keyId === 'string' && { key: sent.keyId }) };
}

/**
 * Throws an `ApplicationFailure` unless the decision was signed, over exactly the bytes that were sent, by a key of
 * the roster that speaks for who decides. Which key was revoked is for the kernel to say: that leaves a trace.
 */
export function demandSignature({ decision, key }: Signed, sent: DecideInput, roster: Roster): void {
  const known = key === undefined ? undefined : keyOf(roster, key);
  if (!known || key === undefined) throw refuse(unknownKeyWords(roster, key));
  if (!speaksFor(roster, known.holder, decision))
    throw refuse(silentKeyWords(roster, { ...decision, holder: known.holder, key }));
  if (!isSigned(sent.bytes, sent.signature, known.key)) throw refuse('the signature is wrong');
}
