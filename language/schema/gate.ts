import { z } from 'zod';
import { answers } from './answers.ts';
import { approve } from './approval.ts';
import { duration, name, positiveDuration, sentence, text } from './scalars.ts';

const rung = z
  .strictObject({
    after: positiveDuration.describe('How long after the opening.'),
    to: name.describe('Whom to tell.'),
  })
  .describe('One rung of the ladder.');

/** A question to people that holds back what stands behind it. */
export const gate = z
  .strictObject({
    title: sentence.describe('The question, as people read it.'),
    description: z.exactOptional(text).describe('What they should know and look at before they answer.'),
    needs: z.array(name).default([]).describe('What must be recovered and verified before it opens.'),
    wants: z
      .array(name)
      .default([])
      .describe('What it is better with, and waits for while it is on its way.'),
    approve: approve.describe('`anyone`, or the seats that distinct people fill.'),
    answers: answers
      .default({})
      .describe('What else must be answered to approve; later steps may refer to it.'),
    reason: z
      .enum(['required', 'optional'])
      .default('required')
      .describe('Whether who approves must say why. Who rejects always must.'),
    takes: duration.prefault('5m').describe('How long people will take; the plan reckons with it.'),
    timeout: z.exactOptional(positiveDuration).describe('Then this opening closes; it may be asked again.'),
    remind: z
      .exactOptional(positiveDuration)
      .describe('How often people are reminded while it is open; absent: as the runbook says.'),
    escalate: z.array(rung).default([]).describe('Whom to tell when nobody has answered.'),
    onTimeout: z
      .enum(['stay-shut', 'leave-out'])
      .default('stay-shut')
      .describe(
        'What a timeout does: the gate stays shut, or what lies behind it is left out. It never opens.',
      ),
    rehearsal: z
      .enum(['leave-out', 'auto'])
      .default('leave-out')
      .describe(
        'In a rehearsal what lies behind it is left out, or (`auto`) it passes by itself, and the result says so.',
      ),
  })
  .describe('A question to people that holds back what stands behind it.');
