import { z } from 'zod';
import type { Written } from '../runbook.ts';
import { approve } from './approval.ts';
import { limits } from './limits.ts';
import { count, duration, flag, name, positiveDuration, sentence } from './scalars.ts';

/** Scalars are text all the way down already; what may stand here is the action's to say. */
const written = z.record(z.string(), z.any() as z.ZodType<Written>);

const retries = z.union([
  count(0),
  z.strictObject({
    count: count(0).describe('How often it is tried anew.'),
    every: duration.describe('How long to wait before each.'),
  }),
]);

/** One call of an action. */
export const step = z
  .strictObject({
    step: name.describe('Its name, unique in its system.'),
    title: z.exactOptional(sentence).describe('What people read; absent: the name.'),
    use: z.string().min(1).describe('The action that it calls.'),
    with: written.default({}).describe('What the action is given.'),
    expect: z
      .exactOptional(written)
      .describe(
        'What a check must find: a finding of the action, or `equals`, `atLeast`, `atMost`, `contains`, `matches` for its main one.',
      ),
    within: z
      .exactOptional(positiveDuration)
      .describe('A check is repeated until it passes, at most for this long.'),
    for: z.exactOptional(positiveDuration).describe('A check must go on passing for this long.'),
    takes: z.exactOptional(duration).describe('How long it will take, as a first guess.'),
    timeout: z
      .exactOptional(positiveDuration)
      .describe(
        'After this long people are asked (a step that touches nothing fails instead). Work is never killed for it.',
      ),
    quiet: z
      .exactOptional(positiveDuration)
      .describe(
        'When it has written nothing for so long, people are asked; absent: never. It is not killed for it.',
      ),
    limits: z.exactOptional(limits).describe('What its processes may take of the worker host.'),
    retries: z
      .exactOptional(retries)
      .describe('How often it is tried anew by itself; only for steps that may run again.'),
    rerun: z
      .exactOptional(z.enum(['once', 'idempotent', 'resumable']))
      .describe(
        'How it may be run again; absent: what the action says. `resumable`: its tries share a directory (`MUSTER_RESUME`), and each goes on where the last one ended.',
      ),
    occupies: z
      .record(name, count(1))
      .default({})
      .describe('How much it takes of a `capacity` while it runs.'),
    touches: z
      .exactOptional(z.enum(['nothing', 'data', 'outside', 'traffic']))
      .describe('What it may change; never less than the action says.'),
    noReturn: flag.prefault('false').describe('There is no way back behind it, only failback.'),
    gate: z.exactOptional(name).describe('The gate that it waits for; a gate serves one step.'),
    attest: z
      .exactOptional(approve)
      .describe('Who may attest it by hand when it could not be proved: `anyone`, or seats.'),
    only: z
      .exactOptional(
        z.strictObject({
          mode: z
            .exactOptional(z.enum(['live', 'rehearsal', 'tabletop']))
            .describe('It is left out of runs of another mode.'),
        }),
      )
      .describe('When it takes part.'),
    onFail: z
      .exactOptional(z.enum(['ask']))
      .describe('What follows a failure; `ask` is what always follows.'),
  })
  .meta({ id: 'step', description: 'One call of an action.' });

export const steps = z.array(step);
