import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Sign } from '../client/service.ts';
import type { Roster } from '../core/roster.ts';
import { readRoster } from '../language/roster/read-roster.ts';
import { newKey } from '../people/new-key.ts';
import { readPrivateKey } from '../people/private-key.ts';
import { readPublicKey } from '../people/public-key.ts';
import { fileSigner } from '../people/signer.ts';
import { sha256 } from '../record/sha256.ts';

/** Somebody whose decisions are signed and checked: the roster that knows her, and what signs with her key. */
export interface Voter {
  readonly roster: Roster;
  readonly sign: Sign;
}

/** Makes the roster of one person, `bench` in the role `operator`, with a key in the directory. */
export async function makeVoter(directory: string): Promise<Voter> {
  const file = join(directory, 'bench-key');
  await newKey(file, 'bench');
  const line = readFileSync(`${file}.pub`, 'utf8').trim();
  const text = `muster: v1
roster: bench
people:
  bench: { name: Bench, roles: [operator], keys: ["${line}"] }
`;
  const { roster, diagnostics } = readRoster(
    { text, file: 'roster.yaml' },
    { sha256, readKey: readPublicKey },
  );
  if (!roster) throw new Error(JSON.stringify(diagnostics));
  const signer = fileSigner(await readPrivateKey(file));
  return {
    roster,
    sign: async (bytes) => ({ keyId: signer.keyId, signature: await signer.sign(bytes) }),
  };
}
