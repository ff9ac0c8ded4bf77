import { isRecord } from './is-record.ts';

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

/** Whether that is a request: whoever reaches Temporal can send the keeper anything. */
export const isClaimRequest = (value: unknown): value is ClaimRequest =>
  isRecord(value) &&
  isHolder(value['holder']) &&
  Array.isArray(value['claims']) &&
  value['claims'].every(isClaim);

export const isBreakClaims = (value: unknown): value is BreakClaims =>
  isRecord(value) && areTexts(value, ['run', 'by', 'reason']);

const isHolder = (value: unknown): boolean =>
  isRecord(value) && areTexts(value, ['run', 'workflowId', 'runbook', 'mode', 'by']);

const isClaim = (value: unknown): boolean => isRecord(value) && areTexts(value, ['system', 'site']);

const areTexts = (value: Record<string, unknown>, keys: readonly string[]): boolean =>
  keys.every((key) => typeof value[key] === 'string');
