import type { ExitCodes } from '../exit-codes.ts';

/** pkg/cobrautl/error.go of its sources. */
export const etcdctlExits: ExitCodes = {
  1: { means: 'it failed, and says why', kind: 'retryable' },
  2: { means: 'no connection', kind: 'retryable' },
  3: { means: 'what it was given is no valid input', kind: 'terminal' },
  4: { means: 'the server or the tool has no such feature', kind: 'terminal' },
  5: { means: 'it was interrupted', kind: 'retryable' },
  6: { means: 'something could not be read or written', kind: 'retryable' },
  128: { means: 'its arguments are wrong', kind: 'terminal' },
  other: { means: 'its sources do not say', kind: 'retryable' },
};
