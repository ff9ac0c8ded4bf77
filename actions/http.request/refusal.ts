import type { EndKind } from '../exit-codes.ts';

/** The server asks to come again: too early, too often, or another request with the key is under way. */
const later = new Set([408, 409, 423, 425, 429]);

/** The server, and not something in between, has decided not to do it. */
export const isRefusal = (status: number): boolean => status >= 300 && status < 500 && !later.has(status);

/** What a status that was not wanted means for another try. 502 and 504 are said by a server that got no answer itself. */
export const kindOf = (status: number): EndKind =>
  status === 502 || status === 504 ? 'unknown' : isRefusal(status) || status < 300 ? 'terminal' : 'retryable';
