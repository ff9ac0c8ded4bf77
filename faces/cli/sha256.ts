import { createHash } from 'node:crypto';
import type { Digest } from '../../core/units.ts';

/** The SHA-256 of a text as a digest. */
export const sha256 = (text: string): Digest => `sha256:${createHash('sha256').update(text).digest('hex')}`;
