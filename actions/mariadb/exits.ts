import type { ExitCodes } from '../exit-codes.ts';

/** mariabackup and the clients know two ends. What went wrong stands in what they write. */
export const mariadbExits: ExitCodes = {
  1: { means: 'it failed, and says why', kind: 'retryable' },
  2: { means: 'its arguments are wrong, or it could not connect', kind: 'terminal' },
  other: { means: 'its manual does not say', kind: 'retryable' },
};
