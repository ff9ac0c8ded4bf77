import { ed25519 } from '@noble/curves/ed25519.js';
import { hexToBytes, utf8ToBytes } from '@noble/hashes/utils.js';
import { type PublicKey, signedText } from '../core/roster.ts';

/** Whether a key signed the bytes, by RFC 8032, strictly: one signature has one form, 128 hexadecimal digits. */
export function isSigned(bytes: string, signature: unknown, key: PublicKey): boolean {
  if (typeof signature !== 'string' || !/^[0-9a-f]{128}$/.test(signature)) return false;
  const message = utf8ToBytes(signedText(bytes));
  return ed25519.verify(hexToBytes(signature), message, hexToBytes(key.ed25519), { zip215: false });
}
