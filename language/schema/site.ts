import { z } from 'zod';
import { address, key, name, text } from './scalars.ts';

const declared = z
  .literal('true')
  .meta({ title: 'true', type: ['boolean', 'string'], const: undefined, enum: [true, 'true'] })
  .transform(() => ({ cannotReach: [], declared: true }));

const proved = z
  .strictObject({
    network: z
      .exactOptional(z.enum(['private']))
      .describe('`private` makes a network of its own for the run, on the worker host.'),
    cannotReach: z
      .array(address)
      .min(1)
      .describe(
        'Addresses (`host:port`) that must not answer; tried before the first restore and at the end.',
      ),
  })
  .transform((isolation) => ({ ...isolation, declared: false }));

/** A place where systems run. */
export const site = z
  .strictObject({
    vars: z
      .record(key, text)
      .default({})
      .describe('What differs from site to site: `{{target.vars.NAME}}`, `{{source.vars.NAME}}`.'),
    enter: z
      .array(text)
      .default([])
      .describe(
        'The command that leads into the site (ssh, nsenter, kubectl exec …); empty: the worker host.',
      ),
    runsOn: z
      .exactOptional(name)
      .describe('The label of the worker hosts that work there. Absent: the worker host of the run.'),
    isolated: z
      .exactOptional(z.union([declared, proved]))
      .describe(
        'It cannot touch the original: the only kind of site that a rehearsal uses. `true` is declared, not proved.',
      ),
  })
  .describe('A place where systems run.');
