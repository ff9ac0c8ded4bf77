import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { RosterSignature } from '../../core/roster.ts';
import type { Digest } from '../../core/units.ts';

/** Who vouched for a roster, and for which: the file changes, what was signed does not. */
export interface SealedRoster extends RosterSignature {
  readonly digest: Digest;
}

/** Where the signature of a roster lies. */
export const signatureFile = (roster: string): string => `${roster}.sig`;

/** What `muster roster sign` left beside a roster; undefined where nobody signed it. */
export function readSignature(roster: string): SealedRoster | undefined {
  const file = signatureFile(roster);
  if (!existsSync(file)) return undefined;
  const [keyId = '', signature = '', digest = ''] = readFileSync(file, 'utf8').trim().split(/\s+/);
  return { keyId, signature, digest };
}

export function writeSignature(roster: string, { keyId, signature, digest }: SealedRoster): void {
  writeFileSync(signatureFile(roster), `${keyId} ${signature} ${digest}\n`);
}
