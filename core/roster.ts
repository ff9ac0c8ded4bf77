import type { Channel, Person, Role } from './names.ts';
import type { Digest, Instant, Milliseconds } from './units.ts';

/** The fingerprint of a public key, as `ssh-keygen -l` prints it: `SHA256:` and unpadded base64. */
export type KeyId = string;

/** An Ed25519 public key: 64 hexadecimal digits. */
export interface PublicKey {
  readonly id: KeyId;
  readonly ed25519: string;
}

/** One person: what she may decide, by what she proves who she is, and who stands in for her. */
export interface Member {
  readonly name: string;
  readonly roles: readonly Role[];
  readonly keys: readonly PublicKey[];
  /** They fill her seats while she is absent, or when the ladder of an ask has come to `deputy`. */
  readonly deputies: readonly Person[];
  readonly absent: readonly { readonly from: Instant; readonly until: Instant }[];
  /** `TEAM/USER`, by the ids that Slack gives. */
  readonly slack?: string;
  readonly openid?: { readonly issuer: string; readonly subject: string };
  readonly email?: string;
}

/** A program that vouches, with its own key, for people whom it authenticated, over the channels that it serves. */
export interface Edge {
  readonly key: PublicKey;
  readonly channels: readonly Channel[];
}

/** The one person who may open a gate alone when nobody is there, by a key that lies sealed. */
export interface BreakGlass {
  readonly person: Person;
  readonly key: PublicKey;
  /** How long all are told and anyone may object. */
  readonly wait: Milliseconds;
}

/** The people of a recovery. A run has one from its start to its end, bound by its digest. */
export interface Roster {
  readonly format: 1;
  readonly name: string;
  /** Over the canonical JSON of everything but itself. */
  readonly digest: Digest;
  readonly people: Readonly<Record<Person, Member>>;
  readonly edges: Readonly<Record<string, Edge>>;
  readonly breakGlass?: BreakGlass;
}

/** What is signed for a decision: no signature for something else can be taken for one. */
export const signedText = (bytes: string): string => `muster decision v1\n${bytes}`;

/** Who vouches for a roster: the signature over its `rosterText`, as 128 hexadecimal digits, and the key. */
export interface RosterSignature {
  readonly keyId: KeyId;
  readonly signature: string;
}

/** What is signed for a roster. */
export const rosterText = (digest: Digest): string => `muster roster v1\n${digest}`;
