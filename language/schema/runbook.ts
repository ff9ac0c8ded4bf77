import { z } from 'zod';
import type { Runbook } from '../runbook.ts';
import { approve } from './approval.ts';
import { businessFunction } from './function.ts';
import { gate } from './gate.ts';
import { parameter } from './parameter.ts';
import { notify } from './notify.ts';
import { count, duration, key, name, positiveDuration, sentence, text } from './scalars.ts';
import { site } from './site.ts';
import { system } from './system.ts';

/** The whole file: closed, every scalar a text. What comes out is a `Runbook`. */
export const runbookSchema = z
  .strictObject({
    $schema: z
      .exactOptional(text)
      .describe('Where an editor finds the JSON Schema; Muster does not read it.'),
    muster: z.literal('v1').describe('The version of the language.'),
    name: name.describe('The name by which the runbook is started; claims and the record use it.'),
    title: sentence.describe('What it is for, in one line.'),
    owner: sentence.describe('Who keeps it right.'),
    description: z.exactOptional(text).describe('What else a reader must know.'),
    clock: z
      .enum(['disruption', 'declaration'])
      .default('disruption')
      .describe('The moment from which RTO is counted.'),
    declare: z
      .exactOptional(approve)
      .describe(
        'Who declares the disaster: until then a live run fences, restores and switches nothing, and opens no other gate.',
      ),
    parameters: z.record(key, parameter).default({}).describe('What is given when a plan is made.'),
    sites: z.record(name, site).describe('Where systems run; one is the source of a run, one its target.'),
    capacity: z
      .record(name, count(1))
      .default({})
      .describe('Scarce things that steps share, and how much there is of each.'),
    consistency: z
      .record(
        name,
        z.strictObject({
          systems: z.array(name).min(2).describe('The systems of the group.'),
          within: duration
            .prefault('0s')
            .describe('How far before the common moment the recovery point of a system may be.'),
        }),
      )
      .default({})
      .describe('Systems that must come back to one common moment, by the name of their group.'),
    functions: z
      .record(name, businessFunction)
      .default({})
      .transform(withTitles)
      .describe('Business functions and what they need.'),
    systems: z.record(name, system).transform(withTitles).describe('What is restored.'),
    gates: z.record(name, gate).default({}).describe('Decisions of people that hold things back.'),
    remind: z
      .exactOptional(positiveDuration)
      .describe('How often people are reminded of whatever they are asked, while it is open.'),
    notify: z.record(name, notify).default({}).describe('Who else is told what happens in a run.'),
  })
  .transform(({ ...file }): Runbook => {
    delete file.$schema;
    return file;
  })
  .describe('A disaster-recovery runbook.');

/** Without a title of its own it is called by its name. */
function withTitles<T extends { title?: string }>(
  all: Record<string, T>,
): Record<string, T & { title: string }> {
  const named = Object.entries(all).map(
    ([name, one]) => [name, { ...one, title: one.title ?? name }] as const,
  );
  return Object.fromEntries(named);
}
