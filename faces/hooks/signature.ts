import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { Webhook } from 'standardwebhooks';
import { header } from '../http/serve.ts';

export type Forgery = 'unsigned' | 'skewed' | 'forged';

/** The headers of Standard Webhooks, well-formed. */
export interface SignedHeaders {
  /** The sender's own id of the message: the same when it is sent again. */
  readonly id: string;
  /** Seconds since 1970, when it was sent. */
  readonly timestamp: string;
  readonly signature: string;
}

/** How far the clocks may be apart, either way; the library's own limit. */
const windowSeconds = 300;

/** The headers by which a request is signed; undefined where one is missing or no such thing. */
export function signedHeaders(request: IncomingMessage): SignedHeaders | undefined {
  const id = header(request, 'webhook-id') ?? '';
  const timestamp = header(request, 'webhook-timestamp') ?? '';
  const signature = header(request, 'webhook-signature') ?? '';
  // A dot would let one signed text be cut into id, timestamp and body in two ways.
  const wellFormed = /^[A-Za-z0-9_-]{1,128}$/.test(id) && /^\d{1,12}$/.test(timestamp);
  return wellFormed && /^v1[a-z]?,/.test(signature) ? { id, timestamp, signature } : undefined;
}

/**
 * Checks the signature `v1` of Standard Webhooks (HMAC-SHA256 over `id.timestamp.body`, in constant time). Gives what is
 * wrong, or nothing. https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 * @param secret base64; never empty.
 */
export function forgeryOf(
  secret: string,
  { id, timestamp, signature }: SignedHeaders,
  body: Buffer,
): Forgery | undefined {
  const headers = { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signature };
  if (Math.abs(Date.now() / 1_000 - Number(timestamp)) > windowSeconds) return 'skewed';
  try {
    new Webhook(secret).verify(body.toString('utf8'), headers, { jsonParse: false });
    return undefined;
  } catch (error) {
    if (error instanceof Error && error.name === 'WebhookVerificationError') return 'forged';
    throw error;
  }
}

/** Whether a request bears the token, compared in constant time. */
export function bears(token: string, request: IncomingMessage): boolean {
  const [, shown = ''] = /^Bearer ([\x21-\x7e]+)$/i.exec(header(request, 'authorization') ?? '') ?? [];
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(shown), digest(token));
}
