import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { Instant } from '../../../core/units.ts';
import type { Entry } from '../../../record/journal.ts';

/** How far the clock of a request may be from ours, either way; what is older than that is not remembered. */
const windowSeconds = 300;

/** A request as it came over the wire. */
export interface Signed {
  readonly timestamp: string | undefined;
  readonly signature: string | undefined;
  /** The bytes of the body, before anything has read them. */
  readonly body: Buffer;
}

/** What is kept of a signature, so that its request is known again: nobody can send it with that. */
export interface Proof {
  readonly digest: string;
  /** In seconds since 1970. */
  readonly signed: number;
}

export const proofOf = ({ timestamp, signature = '' }: Signed): Proof => ({
  digest: createHash('sha256').update(signature).digest('hex'),
  signed: Number(timestamp),
});

/** The proofs of requests that a journal holds: a program that begins again knows what the last one took. */
export async function proofsIn(entries: AsyncIterable<Entry>): Promise<readonly Proof[]> {
  const proofs: Proof[] = [];
  const oldest = Date.now() / 1_000 - windowSeconds;
  for await (const { type, proof } of entries) {
    if (type !== 'request') continue;
    const one = proof as Proof;
    if (one.signed >= oldest) proofs.push(one);
  }
  return proofs;
}

export type Forgery = 'unsigned' | 'skewed' | 'forged' | 'replayed';

/**
 * Checks that requests come from Slack, by its signature `v0` (HMAC-SHA256 over `v0:timestamp:body`), and that each
 * comes once. Gives what is wrong with a request, or nothing.
 * https://docs.slack.dev/authentication/verifying-requests-from-slack
 * @param before what was taken already.
 * @throws RangeError where there is no secret: nothing may be checked against an empty one.
 */
export function slackVerifier(
  secret: string | undefined,
  now: () => Instant = Date.now,
  before: readonly Proof[] = [],
): (request: Signed) => Forgery | undefined {
  if (secret === undefined || secret.trim() === '') throw new RangeError('There is no signing secret.');
  const seen = new Map(before.map(({ digest, signed }) => [digest, signed]));
  return (request) => {
    const { timestamp, signature, body } = request;
    if (!/^\d{1,12}$/.test(timestamp ?? '') || !/^v0=[0-9a-f]{64}$/.test(signature ?? '')) return 'unsigned';
    const signed = Number(timestamp);
    if (Math.abs(now() / 1_000 - signed) > windowSeconds) return 'skewed';
    const expected = createHmac('sha256', secret).update(`v0:${timestamp}:`).update(body).digest();
    if (!timingSafeEqual(expected, Buffer.from(signature!.slice(3), 'hex'))) return 'forged';
    // Only what Slack signed is remembered, so nobody else can fill the table.
    for (const [old, at] of seen) if (at < now() / 1_000 - windowSeconds) seen.delete(old);
    const { digest } = proofOf(request);
    if (seen.has(digest)) return 'replayed';
    seen.set(digest, signed);
    return undefined;
  };
}
