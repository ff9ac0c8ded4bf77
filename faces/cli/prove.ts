import type { Answer, Proposal, Runs } from '../../client/runs.ts';
import type { Sign } from '../../client/service.ts';
import type { Person } from '../../core/names.ts';
import type { Roster } from '../../core/roster.ts';
import { keyOf } from '../../core/vouch.ts';
import { findSigner } from '../../people/find-signer.ts';
import type { Cli } from './cli.ts';
import { exit } from './exit-code.ts';
import { CliFailure } from './failure.ts';

/** A decision in the name that its key proves, and what signs it; without a roster, as it was said. */
export interface Proved<T> {
  readonly decision: T;
  readonly sign?: Sign;
}

/** @throws CliFailure, KeyFailure where the run has a roster and this person cannot sign for it. */
export async function prove<T extends Answer | Proposal>(
  cli: Cli,
  runs: Runs,
  run: string,
  said: T,
): Promise<Proved<T>> {
  const roster = await runs.roster(run);
  if (!roster) return { decision: said };
  const { person, sign } = await keyOfPerson(cli, roster, said.by);
  return { decision: { ...said, by: person }, sign };
}

/**
 * Whom the key at hand proves to be there. Who says another name than the login name must have that one's key.
 * @throws CliFailure, KeyFailure.
 */
export async function keyOfPerson(
  cli: Cli,
  roster: Roster,
  named: Person,
): Promise<{ readonly person: Person; readonly sign: Sign }> {
  const signer = await findSigner({ roster, file: cli.settings.key, env: cli.env });
  const holder = keyOf(roster, signer.keyId)?.holder;
  if (!holder || holder.kind === 'edge') throw new Error(`${signer.keyId} is no person's key`);
  if (named !== cli.person && named !== holder.person) {
    throw new CliFailure(`The key is ${holder.person}'s: it does not speak for ${named}.`, {
      exitCode: exit.notAllowed,
      hint: `Leave --as out, or sign with a key of ${named} (--key FILE).`,
    });
  }
  const sign: Sign = async (bytes) => ({ keyId: signer.keyId, signature: await signer.sign(bytes) });
  return { person: holder.person, sign };
}
