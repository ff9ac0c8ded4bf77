import type { ExitCodes } from '../exit-codes.ts';

/** Its manual names none; its sources (redis-check-rdb.c) know 0 and 1. */
export const checkRdbExits: ExitCodes = {
  1: { means: 'the file is cut off, altered, or no RDB file', kind: 'terminal' },
  other: { means: 'its sources do not say', kind: 'retryable' },
};
