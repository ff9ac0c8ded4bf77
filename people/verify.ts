import { createPublicKey, verify } from 'node:crypto';
import type { PublicKey } from '../core/roster.ts';

/** Whether a signature, 128 hexadecimal digits, was made by a key over a text in UTF-8. */
export function isSignedBy({ ed25519 }: PublicKey, text: string, signature: string): boolean {
  if (!/^[0-9a-f]{128}$/.test(signature)) return false;
  const x = Buffer.from(ed25519, 'hex').toString('base64url');
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
  return verify(null, Buffer.from(text), key, Buffer.from(signature, 'hex'));
}
