import { canonical } from '../../core/canonical.ts';
import type { Plan } from '../../core/plan.ts';
import type { Digest } from '../../core/units.ts';

/** A plan that has no digest yet. */
export type Unsealed = Omit<Plan, 'digest'>;

/** The digest of a plan: over its canonical JSON, without the digest itself and the moment of compiling. */
export function planDigest(plan: Unsealed, sha256: (text: string) => Digest): Digest {
  return sha256(sealedText(plan));
}

/** What the digest is made over. */
export function sealedText(plan: Unsealed): string {
  return canonical({ ...plan, digest: undefined, compiledAt: undefined });
}
