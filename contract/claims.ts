/** A system at a site, held by one run. */
export interface Claim {
  readonly system: string;
  readonly site: string;
}

/** Who holds something: enough to find the run and the people. */
export interface Holder {
  readonly run: string;
  readonly workflowId: string;
  readonly runbook: string;
  readonly mode: string;
  readonly by: string;
}

export interface ClaimRequest {
  readonly holder: Holder;
  readonly claims: readonly Claim[];
}

export type ClaimAnswer =
  { readonly granted: true } | { readonly granted: false; readonly holder: Holder; readonly claim: Claim };

export interface HeldClaim extends Claim {
  readonly holder: Holder;
}

/** A named person takes away what a run holds that is not open any more. It stays in the keeper's history. */
export interface BreakClaims {
  readonly run: string;
  readonly by: string;
  readonly reason: string;
}
