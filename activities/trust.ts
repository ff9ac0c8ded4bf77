import type { Client } from '@temporalio/client';
import type { RecoveryInput } from '../contract/recovery.ts';
import { rosterDigest } from '../core/roster-digest.ts';
import { type PublicKey, rosterText } from '../core/roster.ts';
import { isSignedBy } from '../people/verify.ts';
import { sha256 } from '../record/sha256.ts';
import { inputOf } from './input-of.ts';

export interface Execution {
  readonly workflowId: string;
  readonly runId: string;
}

/** Says why nothing is performed for a run; undefined where its roster is trusted. */
export type Trust = (execution: Execution) => Promise<string | undefined>;

/**
 * Makes the look at whom a run's people come from: whoever reaches Temporal can start a run with a roster of his own. A
 * worker that was given keys performs only for runs whose roster one of them signed; each run is looked at once.
 */
export function createTrust(client: Client, keys: readonly PublicKey[]): Trust {
  const seen = new Map<string, Promise<string | undefined>>();
  return (execution) => {
    const before = seen.get(execution.runId);
    if (before) return before;
    const now = inputOf(client, execution).then((input) => mistrust(input, keys));
    seen.set(execution.runId, now);
    now.catch(() => seen.delete(execution.runId)); // to be looked at again
    return now;
  };
}

function mistrust(
  { roster, rosterSignature }: RecoveryInput,
  keys: readonly PublicKey[],
): string | undefined {
  if (!roster) return 'this worker performs for runs with a trusted roster only, and this one has none';
  if (rosterDigest(roster, sha256) !== roster.digest)
    return `the roster ${roster.name} is not what its digest says`;
  const key = keys.find(({ id }) => id === rosterSignature?.keyId);
  if (key && rosterSignature && isSignedBy(key, rosterText(roster.digest), rosterSignature.signature))
    return undefined;
  return `the roster ${roster.name} is not signed by a key that this worker trusts`;
}
