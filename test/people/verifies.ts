import { createPublicKey, verify } from 'node:crypto';
import type { PublicKey } from '../../core/roster.ts';

/** Whether Node's own Ed25519 takes a signature (hexadecimal digits) over a text. */
export function verifies(text: string, signature: string, { ed25519 }: PublicKey): boolean {
  const x = Buffer.from(ed25519, 'hex').toString('base64url');
  const key = createPublicKey({ format: 'jwk', key: { kty: 'OKP', crv: 'Ed25519', x } });
  return verify(null, Buffer.from(text), key, Buffer.from(signature, 'hex'));
}
