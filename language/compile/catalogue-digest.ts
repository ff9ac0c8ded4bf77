import { z } from 'zod';
import type { Description } from '../../actions/action.ts';
import { canonical } from '../../core/canonical.ts';
import type { Digest } from '../../core/units.ts';

/** The digest of what the actions are: a plan that was made with others is stale. */
export function catalogueDigest(catalogue: readonly Description[], sha256: (text: string) => Digest): Digest {
  const described = catalogue.map((description) => ({
    ...description,
    summary: undefined,
    input: z.toJSONSchema(description.input, { io: 'input', target: 'draft-07' }),
  }));
  return sha256(canonical(described.sort((a, b) => (a.name < b.name ? -1 : 1))));
}
