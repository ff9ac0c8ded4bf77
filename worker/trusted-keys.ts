import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PublicKey } from '../core/roster.ts';
import { readPublicKey } from '../people/public-key.ts';

/**
 * The keys whose rosters this worker trusts, one OpenSSH public key a line: the file of `MUSTER_ROSTER_KEYS`, else
 * `roster-keys` in the state directory. Undefined where there is no such file: every run is performed.
 * Throws an `Error` where a line is no key: a worker that trusts less than it was told to would help nobody.
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
