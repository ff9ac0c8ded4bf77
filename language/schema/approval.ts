import { z } from 'zod';
import { count, name } from './scalars.ts';

const seat = z
  .strictObject({
    role: z
      .union([name, z.array(name).min(1)])
      .describe('A role, or a list of which any will do. `anyone` needs no roster.'),
    count: count(1).prefault('1').describe('How many different people.'),
  })
  .describe('A place that a distinct person must fill.');

/** Seats that distinct people fill. */
export const approval = z
  .strictObject({
    by: z.array(seat).min(1).describe('The seats; all must be filled.'),
    not: z.array(name).default([]).describe('Who may not: `starter` (started the run), `commander`.'),
    channels: z
      .exactOptional(z.array(z.enum(['cli', 'console', 'chat', 'webhook', 'schedule'])).min(1))
      .describe('The ways by which a vote may come in; absent: all.'),
  })
  .describe('Who must agree.');

/** Seats, or the one word that stands for one seat without a role. */
export const approve = z.union([
  z.literal('anyone').transform(() => ({ by: [{ role: 'anyone', count: 1 }], not: [] as string[] })),
  approval,
]);
