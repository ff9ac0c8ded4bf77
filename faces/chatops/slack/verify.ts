import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Instant } from '../../../core/units.ts';

/** How far the clock of a request may be from ours, either way; what is older than that is not remembered. */
const windowSeconds = 300;

/** A request as it came over the wire. */
export interface Signed {
  readonly timestamp: string | undefined;
  readonly signature: string | undefined;
  /** The bytes of the body, before anything has read them. */
  readonly body: Buffer;
}

export type Forgery = 'unsigned' | 'skewed' | 'forged' | 'replayed';

/**
 * Checks that requests come from Slack, by its signature `v0` (HMAC-SHA256 over `v0:timestamp:body`), and that each
 * comes once. Gives what is wrong with a request, or nothing.
 * https://docs.slack.dev/authentication/verifying-requests-from-slack
 * @throws RangeError where there is no secret: nothing may be checked against an empty one.
 */
export function slackVerifier(
  secret: string | undefined,
  now: () => Instant = Date.now,
): (request: Signed) => Forgery | undefined {
  if (secret === undefined || secret.trim() === '') throw new RangeError('There is no signing secret.');
  const seen = new Map<string, number>();
  return ({ timestamp, signature, body }) => {
    if (!/^\d{1,12}$/.test(timestamp ?? '') || !/^v0=[0-9a-f]{64}$/.test(signature ?? '')) return 'unsigned';
    const signed = Number(timestamp);
    if (Math.abs(now() / 1_000 - signed) > windowSeconds) return 'skewed';
    const expected = createHmac('sha256', secret).update(`v0:${timestamp}:`).update(body).digest();
    if (!timingSafeEqual(expected, Buffer.from(signature!.slice(3), 'hex'))) return 'forged';
    // Only what Slack signed is remembered, so nobody else can fill the table.
    for (const [old, at] of seen) if (at < now() / 1_000 - windowSeconds) seen.delete(old);
    if (seen.has(signature!)) return 'replayed';
    seen.set(signature!, signed);
    return undefined;
  };
}
