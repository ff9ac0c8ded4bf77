import { writeFileSync } from 'node:fs';
import type { KeyId } from '../../core/roster.ts';
import type { Digest } from '../../core/units.ts';
import { readPrivateKey } from '../../people/private-key.ts';
import { signRoster } from '../../people/signer.ts';
import type { Cli } from './cli.ts';
import { CliFailure } from './failure.ts';
import { rosterGiven, signatureFile } from './roster-given.ts';

/** What was signed, by which key, and the file beside the roster that says so. */
export interface SignedRoster {
  readonly file: string;
  readonly keyId: KeyId;
  readonly digest: Digest;
}

/** Writes beside a roster who vouches for it. @throws CliFailure, KeyFailure where it has mistakes, or the key cannot sign. */
export async function signRosterFile(cli: Cli, roster: string, keyFile: string): Promise<SignedRoster> {
  const given = await rosterGiven(cli, { roster });
  if (!given) throw new CliFailure('Name the file of the roster.');
  const { digest } = given.roster;
  const { keyId, signature } = signRoster(await readPrivateKey(keyFile), digest);
  const file = signatureFile(roster);
  writeFileSync(file, `${keyId} ${signature}\n`);
  return { file, keyId, digest };
}
