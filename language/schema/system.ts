import { z } from 'zod';
import { objectives } from './objectives.ts';
import { flag, name, sentence, text } from './scalars.ts';
import { steps } from './step.ts';

const fence = z.union([
  steps.min(1),
  z.strictObject({ by: name.describe('The system whose fence stops this one, too.') }),
  z.strictObject({ none: sentence.describe('Why none is needed; plan, gate and report show it.') }),
]);

/** Something that is restored as a unit. */
export const system = z
  .strictObject({
    title: z.exactOptional(sentence).describe('What people read; absent: the name.'),
    external: flag.prefault('false').describe("Somebody else's: it is only verified."),
    objectives: objectives.prefault({}).describe('Its RTO and RPO.'),
    needs: z.array(name).default([]).describe('Systems and gates that must hold before it is recovered.'),
    wants: z.array(name).default([]).describe('Systems that it is better with and degraded without.'),
    point: z
      .exactOptional(
        z.strictObject({
          notAfter: text.describe('A moment, or `latest`; usually `{{parameters.recoverTo}}`.'),
        }),
      )
      .describe(
        'Which recovery point: the newest that is not after a moment. Absent: after the parameter `recoverTo`, where there is one.',
      ),
    runsOn: z
      .record(name, name)
      .default({})
      .describe('At a site another label of worker hosts than that of the site: `{ west: west-db }`.'),
    prepare: steps.prefault([]).describe('Read-only steps that run at once.'),
    fence: z
      .exactOptional(fence)
      .describe(
        'How the old copy is stopped before the new one starts: steps, `by` another system, or `none` with a reason.',
      ),
    recover: steps.prefault([]).describe('The steps that bring it back, one after the other.'),
    verify: steps.prefault([]).describe('The checks that prove it; without any it is never called verified.'),
    rollback: steps
      .prefault([])
      .describe(
        'What undoes `recover` when people order the rollback of a live run; never behind a step without return.',
      ),
    cleanup: steps.prefault([]).describe('What takes away what a rehearsal has made.'),
  })
  .describe('Something that is restored as a unit.');
