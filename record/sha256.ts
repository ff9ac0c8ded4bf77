import { createHash } from 'node:crypto';
import type { Digest } from '../core/units.ts';

/** The digest by which plans, rosters and runbooks are known: SHA-256 over their text. */
export const sha256 = (text: string): Digest => `sha256:${createHash('sha256').update(text).digest('hex')}`;
