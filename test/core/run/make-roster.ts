import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { type Member, type PublicKey, type Roster, signedText } from '../../../core/roster.ts';

/** A key pair of a test, and what signs with it as the command line does. */
export interface Pair {
  readonly public: PublicKey;
  readonly sign: (bytes: string) => { readonly keyId: string; readonly signature: string };
}

export function makePair(): Pair {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const raw = Buffer.from(publicKey.export({ format: 'jwk' }).x!, 'base64url');
  const id = `SHA256:${createHash('sha256').update(raw).digest('base64').replace(/=+$/, '')}`;
  return { public: { id, ed25519: raw.toString('hex') }, sign: (bytes) => signed(bytes, id, privateKey) };
}

const signed = (bytes: string, keyId: string, key: KeyObject) => ({
  keyId,
  signature: sign(null, Buffer.from(signedText(bytes)), key).toString('hex'),
});

/** Somebody with a key, which nobody signs with. */
export const member = (roles: readonly string[], more: Partial<Member> = {}): Member => ({
  name: 'Somebody',
  roles,
  keys: [{ id: 'SHA256:somebody', ed25519: '0'.repeat(64) }],
  deputies: [],
  absent: [],
  ...more,
});

export const makeRoster = (people: Roster['people'], more: Partial<Roster> = {}): Roster => ({
  format: 1,
  name: 'team',
  digest: 'sha256:roster',
  people,
  edges: {},
  ...more,
});
