import { z } from 'zod';
import { objectives } from './objectives.ts';
import { name, sentence } from './scalars.ts';

/** A business function: back when what it needs is back. */
export const businessFunction = z
  .strictObject({
    title: z.exactOptional(sentence).describe('What people read; absent: the name.'),
    objectives: objectives.prefault({}).describe('Its RTO, MTPD and RPO.'),
    needs: z.array(name).min(1).describe('The systems that it cannot do without.'),
    wants: z.array(name).default([]).describe('The systems without which it is degraded.'),
  })
  .describe('A business function: it is back when what it needs is back.');
