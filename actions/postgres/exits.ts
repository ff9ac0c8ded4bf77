import type { ExitCodes } from '../exit-codes.ts';

/** Its manual names none; its sources know 0 and 1. A retry copies the backup anew, and the copy may be what is damaged. */
export const verifyBackupExits: ExitCodes = {
  1: { means: 'the files are not those of the manifest, or cannot be read', kind: 'retryable' },
  other: { means: 'its manual does not say', kind: 'retryable' },
};

/** The server while it recovers; postmaster.c of its sources. What went wrong stands in its log. */
export const postgresExits: ExitCodes = {
  1: { means: 'it could not start, or not go on, and its log says why', kind: 'retryable' },
  2: { means: 'it was ended at once', kind: 'retryable' },
  other: { means: 'its manual does not say', kind: 'retryable' },
};
