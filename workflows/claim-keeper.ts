import {
  allHandlersFinished,
  condition,
  continueAsNew,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import {
  isBreakClaims,
  isClaimRequest,
  type Claim,
  type ClaimAnswer,
  type ClaimRequest,
  type HeldClaim,
} from '../contract/claims.ts';
import { demand } from './demand.ts';
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

  const grant = ({ holder, claims: wanted }: ClaimRequest): ClaimAnswer => {
    for (const one of wanted) {
      const other = all.get(keyOf(one));
      if (other && other.holder.run !== holder.run)
        return { granted: false, holder: other.holder, claim: one };
    }
    giveBack(holder.run);
    for (const one of wanted) all.set(keyOf(one), { ...one, holder });
    return { granted: true };
  };
  setHandler(claim, grant, { validator: (sent) => demand(isClaimRequest(sent)) });
  setHandler(release, giveBack, { validator: (run) => demand(typeof run === 'string') });
  setHandler(breakClaims, ({ run }) => giveBack(run), {
    validator: (sent) => demand(isBreakClaims(sent)),
  });
  setHandler(claims, () => [...all.values()]);

  await condition(() => workflowInfo().historyLength > 2_000 && allHandlersFinished());
  await continueAsNew<typeof claimKeeper>([...all.values()]);
}

const keyOf = ({ system, site }: Claim): string => `${site}\0${system}`;
