import {
  allHandlersFinished,
  condition,
  continueAsNew,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import type { BreakClaims, ClaimAnswer, ClaimRequest, HeldClaim } from '../contract/claims.ts';
import { breakClaims, claim, claims, release } from './messages.ts';

/**
 * Knows which run holds which systems at which sites. A request is granted whole or not at all; asking
 * again for what one holds is granted again. What a terminated run held stays held.
 */
export async function claimKeeper(held: readonly HeldClaim[] = []): Promise<void> {
  let all = [...held];

  setHandler(claim, ({ holder, claims: wanted }: ClaimRequest): ClaimAnswer => {
    for (const one of wanted) {
      const other = all.find((taken) => taken.system === one.system && taken.site === one.site);
      if (other && other.holder.run !== holder.run)
        return { granted: false, holder: other.holder, claim: one };
    }
    const others = all.filter((taken) => taken.holder.run !== holder.run);
    all = [...others, ...wanted.map((one) => ({ ...one, holder }))];
    return { granted: true };
  });
  const giveBack = (run: string): number => {
    const before = all.length;
    all = all.filter((taken) => taken.holder.run !== run);
    return before - all.length;
  };
  setHandler(release, giveBack);
  setHandler(breakClaims, ({ run }: BreakClaims) => giveBack(run));
  setHandler(claims, () => all);

  await condition(() => workflowInfo().historyLength > 2_000 && allHandlersFinished());
  await continueAsNew<typeof claimKeeper>(all);
}
