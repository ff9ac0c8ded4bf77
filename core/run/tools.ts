import { canonical } from '../canonical.ts';
import type { Digest } from '../units.ts';

/** What the pure kernel is handed from outside: SHA-256 over text, as `sha256:…`. */
export interface Tools {
  sha256(text: string): Digest;
}

/** The digest of what an ask rests on and releases. */
export const restsOn = (value: unknown, tools: Tools): Digest => tools.sha256(canonical(value));
