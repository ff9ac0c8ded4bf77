import {
  allHandlersFinished,
  condition,
  continueAsNew,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import type { BreakClaims, Claim, ClaimAnswer, ClaimRequest, HeldClaim } from '../contract/claims.ts';
import { breakClaims, claim, claims, release } from './messages.ts';

/**
 * Knows which run holds which systems at which sites. A request is granted whole or not at all; asking
 * again for what one holds is granted again. What a terminated run held stays held.
 */
export async function claimKeeper(held: readonly HeldClaim[] = []): Promise<void> {
  const all = new Map(held.map((one) => [keyOf(one), one]));
  const giveBack = (run: string): number => {
    const before = all.size;
    for (const [key, { holder }] of all) if (holder.run === run) all.delete(key);
    return before - all.size;
  };

  setHandler(claim, ({ holder, claims: wanted }: ClaimRequest): ClaimAnswer => {
    for (const one of wanted) {
      const other = all.get(keyOf(one));
      if (other && other.holder.run !== holder.run)
        return { granted: false, holder: other.holder, claim: one };
    }
    giveBack(holder.run);
    for (const one of wanted) all.set(keyOf(one), { ...one, holder });
    return { granted: true };
  });
  setHandler(release, giveBack);
  setHandler(breakClaims, ({ run }: BreakClaims) => giveBack(run));
  setHandler(claims, () => [...all.values()]);

  await condition(() => workflowInfo().historyLength > 2_000 && allHandlersFinished());
  await continueAsNew<typeof claimKeeper>([...all.values()]);
}

const keyOf = ({ system, site }: Claim): string => `${site}\0${system}`;
