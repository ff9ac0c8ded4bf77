import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type PublicKey, type Roster, type RosterSignature, rosterText } from '../core/roster.ts';
import { readPublicKey } from './public-key.ts';
import { isSignedBy } from './verify.ts';

/**
 * The keys whose rosters the workers of a state directory trust, one OpenSSH public key a line: the file of
 * `MUSTER_ROSTER_KEYS`, else `roster-keys` in the state directory. Undefined where there is no such file: every run is performed.
 * Throws an `Error` where a line is no key: to trust less than was said would help nobody.
 */
export function trustedKeys(home: string, named: string | undefined): readonly PublicKey[] | undefined {
  const file = named || join(home, 'roster-keys');
  const text = read(file, named !== undefined && named !== '');
  return text
    ?.split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const found = readPublicKey(line);
      if ('problem' in found) throw new Error(`${file}: ${found.problem}`);
      return found.key;
    });
}

function read(file: string, must: boolean): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (must || (error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return undefined;
  }
}

/** Whether one of the keys vouches for a roster of this digest. */
export function isTrusted(
  { digest }: Pick<Roster, 'digest'>,
  signature: RosterSignature | undefined,
  keys: readonly PublicKey[],
): boolean {
  const key = keys.find(({ id }) => id === signature?.keyId);
  return key !== undefined && isSignedBy(key, rosterText(digest), signature!.signature);
}
