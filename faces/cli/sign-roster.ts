import { readPrivateKey } from '../../people/private-key.ts';
import { signRoster } from '../../people/signer.ts';
import type { Cli } from './cli.ts';
import { CliFailure } from './failure.ts';
import { soundRoster } from './roster-given.ts';
import { readSignature, type SealedRoster, writeSignature } from './roster-signature.ts';

/** By which key, and whether somebody named it: a key that lies in its usual place takes nobody else's signature away. */
export interface SigningKey {
  readonly file: string;
  readonly named: boolean;
}

/** Writes beside a roster who vouches for it. @throws CliFailure, KeyFailure where it has mistakes, or the key cannot sign. */
export async function signRosterFile(cli: Cli, roster: string, by: SigningKey): Promise<SealedRoster> {
  const { digest } = await soundRoster(cli, roster);
  const key = await readPrivateKey(by.file);
  const before = readSignature(roster)?.keyId;
  if (!by.named && before !== undefined && before !== key.publicKey.id)
    throw new CliFailure(`${roster} was signed by ${before}; your own key is ${key.publicKey.id}.`, {
      hint: `Name the key that is to sign it: --key FILE (yours: --key ${by.file}).`,
    });
  const sealed = { ...signRoster(key, digest), digest };
  writeSignature(roster, sealed);
  return sealed;
}
