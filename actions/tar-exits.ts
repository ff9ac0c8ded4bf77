import type { ExitCodes } from './exit-codes.ts';

/** GNU tar's manual, RETURN VALUE. What it unpacks is built beside. */
export const tarExits: ExitCodes = {
  1: { means: 'files changed while they were read', kind: 'retryable' },
  2: { means: 'it failed for good, and says why: no archive, a damaged one, or no room', kind: 'retryable' },
  other: { means: 'a program that it called failed so', kind: 'retryable' },
};
