import { sign } from 'node:crypto';
import { type KeyId, type PublicKey, type RosterSignature, rosterText, signedText } from '../core/roster.ts';
import type { Digest } from '../core/units.ts';
import type { PrivateKey } from './private-key.ts';
import { agentSignature } from './ssh-agent.ts';

/** Signs decisions with one key, wherever that lies. */
export interface Signer {
  readonly keyId: KeyId;
  /**
   * @param bytes the canonical JSON of a decision.
   * @returns the Ed25519 signature over its `signedText` in UTF-8: 128 hexadecimal digits.
   */
  sign(bytes: string): Promise<string>;
}

export const fileSigner = ({ secret, publicKey }: PrivateKey): Signer => ({
  keyId: publicKey.id,
  sign: (bytes) => Promise.resolve(sign(null, Buffer.from(signedText(bytes)), secret).toString('hex')),
});

/** @param socket where the agent listens (`SSH_AUTH_SOCK`). */
export const agentSigner = (socket: string, key: PublicKey): Signer => ({
  keyId: key.id,
  sign: async (bytes) => (await agentSignature(socket, key, signedText(bytes))).toString('hex'),
});

/** Vouches for a roster with the key of whoever keeps it. */
export const signRoster = ({ secret, publicKey }: PrivateKey, digest: Digest): RosterSignature => ({
  keyId: publicKey.id,
  signature: sign(null, Buffer.from(rosterText(digest)), secret).toString('hex'),
});
