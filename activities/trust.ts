import type { Client } from '@temporalio/client';
import type { PerformInput } from '../contract/perform.ts';
import type { RecoveryInput } from '../contract/recovery.ts';
import { listBytes, type PointsInput } from '../contract/points.ts';
import { bytesOf, proofOf, startLives } from '../contract/start.ts';
import { canonical } from '../core/canonical.ts';
import { isDo, pathOf, type Plan } from '../core/plan.ts';
import { rosterDigest } from '../core/roster-digest.ts';
import { type PublicKey, signedText } from '../core/roster.ts';
import { type Assignment, assignmentOf } from '../core/run/call-of.ts';
import type { Path } from '../core/names.ts';
import type { Digest } from '../core/units.ts';
import { keyOf, mayStart } from '../core/vouch.ts';
import { planDigest } from '../language/compile/seal.ts';
import { isTrusted } from '../people/trusted-keys.ts';
import { isSignedBy } from '../people/verify.ts';
import { sha256 } from '../record/sha256.ts';
import { inputOf } from './input-of.ts';

export interface Execution {
  readonly workflowId: string;
  readonly runId: string;
}

/** Says why nothing is done for a run, or why not this; undefined where it is trusted. */
export type Trust = (execution: Execution, asked: Asked) => Promise<string | undefined>;

/** For which run something is asked; where a step is to be performed, which. */
export interface Asked {
  readonly run: string;
  readonly performance?: PerformInput;
}

/** What is known of a run that was looked at: why it is not trusted, or the digest of what its plan says of each step. */
type Looked = { readonly why: string } | { readonly run: string; readonly said: ReadonlyMap<Path, Digest> };

/**
 * Makes the look at whom a run's people come from: whoever reaches Temporal can start a run with a roster of his own, or have
 * a workflow of his own ask for any step. A worker that was given keys performs only for runs whose roster one of them
 * signed, which somebody of that roster started, and only what the plan that was started says. Each run is looked at once.
 */
export function createTrust(client: Client, keys: readonly PublicKey[]): Trust {
  const seen = new Map<string, Promise<Looked>>();
  const lookAt = (execution: Execution): Promise<Looked> => {
    const before = seen.get(execution.runId);
    if (before) return before;
    const now = inputOf(client, execution).then((input) => look(input, client.options.namespace, keys));
    seen.set(execution.runId, now);
    now.catch(() => seen.delete(execution.runId)); // to be looked at again
    return now;
  };
  return async (execution, { run, performance }) => {
    const looked = await lookAt(execution);
    if ('why' in looked) return looked.why;
    if (run !== looked.run) return `${looked.run} asks for it in the name of ${run}`;
    if (!performance || looked.said.get(performance.path) === digestOf(performance)) return undefined;
    return `its plan says nothing like that of ${performance.path}`;
  };
}

function look(input: RecoveryInput, namespace: string, keys: readonly PublicKey[]): Looked {
  const why = mistrustOfPeople(input, keys) ?? mistrustOfStart(input, namespace);
  return why === undefined ? { run: input.run, said: assignmentsOf(input.plan) } : { why };
}

/** Why recovery points are not listed for somebody: it reads with the worker's rights, and may reveal secrets to a tool. */
export function mistrustOfListing(
  input: PointsInput,
  namespace: string,
  keys: readonly PublicKey[],
): string | undefined {
  const why = mistrustOfPeople(input, keys);
  if (why !== undefined) return why;
  const { roster, signed } = input;
  const known = roster && signed && keyOf(roster, signed.keyId);
  if (!known || !mayStart(roster, known.holder, input)) return 'nobody of its roster asked for it';
  if (Math.abs(Date.now() - signed.issued) > startLives) return 'it was asked for too long ago';
  const text = signedText(listBytes(namespace, signed.issued, input));
  return isSignedBy(known.key, text, signed.signature) ? undefined : 'the signature is wrong';
}

function mistrustOfPeople(
  { roster, rosterSignature }: Pick<RecoveryInput, 'roster' | 'rosterSignature'>,
  keys: readonly PublicKey[],
): string | undefined {
  if (!roster) return 'this worker performs for runs with a trusted roster only, and this one has none';
  if (rosterDigest(roster, sha256) !== roster.digest)
    return `the roster ${roster.name} is not what its digest says`;
  if (isTrusted(roster, rosterSignature, keys)) return undefined;
  return `the roster ${roster.name} is not signed by a key that this worker trusts`;
}

/** The workflow has looked at that, too; but a step could be asked for by another workflow than Muster's. */
function mistrustOfStart(input: RecoveryInput, namespace: string): string | undefined {
  const { roster, plan } = input;
  if (planDigest(plan, sha256) !== plan.digest) return 'the plan is not what its digest says';
  const proof = proofOf(input);
  const known = roster && proof && keyOf(roster, proof.keyId);
  if (!known || !mayStart(roster, known.holder, input)) return 'nobody of its roster has started it';
  const text = signedText(bytesOf(namespace, proof));
  return isSignedBy(known.key, text, proof.signature) ? undefined : 'the signature of its start is wrong';
}

const assignmentsOf = (plan: Plan): ReadonlyMap<Path, Digest> =>
  new Map(
    Object.values(plan.nodes).flatMap((node) =>
      node.steps
        .filter(isDo)
        .map((step) => [pathOf(node, step), digestOf(assignmentOf(plan, step))] as const),
    ),
  );

const digestOf = ({ call, enter, privateNetwork, touches, rerun, timeout }: Assignment): Digest =>
  sha256(canonical({ call, enter, privateNetwork, touches, rerun, timeout }));
