import { canonical } from './canonical.ts';
import type { Roster } from './roster.ts';
import type { Digest } from './units.ts';

/** A roster that has no digest yet. */
export type UnsealedRoster = Omit<Roster, 'digest'>;

/** The digest of a roster: over the canonical JSON of everything but itself. */
export const rosterDigest = (roster: UnsealedRoster, sha256: (text: string) => Digest): Digest =>
  sha256(canonical({ ...roster, digest: undefined }));
