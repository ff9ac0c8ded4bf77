import { existsSync } from 'node:fs';
import type { KeyId, Roster } from '../core/roster.ts';
import { keyOf } from '../core/vouch.ts';
import { KeyFailure } from './failure.ts';
import { usualKeyFile } from './key-file.ts';
import { readPrivateKey } from './private-key.ts';
import { agentSigner, fileSigner, type Signer } from './signer.ts';
import { agentKeys } from './ssh-agent.ts';

/** Where to look for a key. */
export interface Search {
  readonly roster: Roster;
  /** `--key FILE`; else `MUSTER_KEY`. */
  readonly file?: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/**
 * Chooses the key to sign with: the file that was named; else the first key of the SSH agent that the roster
 * knows; else the usual file.
 * @throws KeyFailure in words where there is none, and where the roster does not know the one that was named.
 */
export async function findSigner({ roster, file, env }: Search): Promise<Signer> {
  const named = file ?? (env['MUSTER_KEY'] || undefined);
  if (named !== undefined) return ofFile(named, roster);
  const { signer, why } = await ofAgent(env['SSH_AUTH_SOCK'], roster);
  if (signer) return signer;
  const usual = usualKeyFile(env);
  if (existsSync(usual)) return ofFile(usual, roster);
  throw new KeyFailure(`There is no key to sign with: ${why}, and there is no file ${usual}.`, {
    hint: 'muster key new makes a key; its public line belongs into the roster. --key FILE names another file.',
  });
}

async function ofFile(file: string, roster: Roster): Promise<Signer> {
  const signer = fileSigner(await readPrivateKey(file));
  if (knows(roster, signer.keyId)) return signer;
  throw new KeyFailure(`The roster ${roster.name} does not know the key in ${file} (${signer.keyId}).`, {
    hint: 'Use a key that the roster knows, or have its public line put into the roster of the next run.',
  });
}

/** The signer, or why the agent has none. An agent that is broken does not stand in the way of a file. */
async function ofAgent(
  socket: string | undefined,
  roster: Roster,
): Promise<{ readonly signer?: Signer; readonly why: string }> {
  if (!socket) return { why: 'no SSH agent is running (SSH_AUTH_SOCK is not set)' };
  try {
    const keys = await agentKeys(socket);
    const known = keys.find(({ publicKey }) => knows(roster, publicKey.id));
    if (!known) return { why: `the roster ${roster.name} knows none of the SSH agent's keys` };
    return { signer: agentSigner(socket, known.publicKey), why: '' };
  } catch (failure) {
    if (!(failure instanceof KeyFailure)) throw failure;
    return { why: failure.message.replace(/\.$/, '') };
  }
}

/** An edge's key speaks for nobody by itself. */
function knows(roster: Roster, id: KeyId): boolean {
  const found = keyOf(roster, id);
  return found !== undefined && found.holder.kind !== 'edge';
}
