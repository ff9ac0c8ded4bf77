import { z } from 'zod';
import { duration, positiveDuration } from './scalars.ts';

/** How fast, and how much may be lost. */
export const objectives = z
  .strictObject({
    rto: z
      .exactOptional(positiveDuration)
      .describe('Recovery time objective: recovered and verified within this time.'),
    mtpd: z
      .exactOptional(positiveDuration)
      .describe('Maximum tolerable period of disruption: the second deadline.'),
    rpo: z
      .exactOptional(duration)
      .describe("Recovery point objective: this much time's worth of writes may be lost."),
  })
  .describe('How fast it must be back, and how much data may be lost.');
