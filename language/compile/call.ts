import type { z } from 'zod';
import type { Description } from '../../actions/action.ts';
import type { ActionCall } from '../../core/plan.ts';
import { refsIn, type Value } from '../../core/value.ts';
import type { DocumentPath, Problem } from '../problem.ts';
import type { StepDeclaration, Written } from '../runbook.ts';
import { fill, type Filling } from './fill.ts';

/**
 * The call of a step's action. `with` keeps the texts as they are filled; the action's own schema says
 * whether they fit, here for all that is known and once more when the run has filled in the rest.
 */
export function callOf(
  step: StepDeclaration,
  action: Description,
  at: DocumentPath,
  filling: Filling,
): Omit<ActionCall, 'site'> {
  const input = inputOf(step, action, at, filling);
  const expect = {
    ...action.expects,
    ...(step.expect && (fill(step.expect, [...at, 'expect'], filling) as Record<string, Value>)),
  };
  return {
    action: action.name,
    with: input,
    ...(Object.keys(expect).length > 0 && { expect }),
    ...(step.within !== undefined && { within: step.within }),
    ...(step.for !== undefined && { for: step.for }),
  };
}

/** Fills the `with` of a step and holds it against the action's schema. */
export function inputOf(
  step: StepDeclaration,
  action: Description,
  at: DocumentPath,
  filling: Filling,
): Record<string, Value> {
  const before = filling.problems.length;
  const input: Record<string, Value> = {};
  for (const [key, written] of Object.entries(step.with)) {
    const literal = action.literal?.includes(key);
    input[key] = literal ? asIs(written) : fill(written, [...at, 'with', key], filling);
  }
  if (filling.problems.length === before) checkInput(input, action, at, filling.problems);
  return input;
}

const asIs = (written: Written): Value => written;

/** A field that holds references is known to the run alone: then the others are checked one by one. */
function checkInput(
  input: Readonly<Record<string, Value>>,
  action: Description,
  at: DocumentPath,
  problems: Problem[],
): void {
  const open = new Set(Object.keys(input).filter((key) => refsIn(input[key] as Value).length > 0));
  const note = (error: z.ZodError | undefined, field: readonly string[]) => {
    for (const { path, message } of error?.issues ?? []) {
      problems.push(
        unfit(
          [...field, ...path.map((part) => (typeof part === 'symbol' ? String(part) : part))],
          message,
          action,
          at,
        ),
      );
    }
  };
  if (open.size === 0) return note(action.input.safeParse(input).error, []);
  const fields: Readonly<Record<string, z.core.$ZodType>> = action.input.shape;
  for (const key of Object.keys(input)) {
    if (!Object.hasOwn(fields, key)) problems.push(unfit([key], 'it has no such field', action, at));
  }
  for (const [key, field] of Object.entries(fields)) {
    if (!open.has(key)) note((field as z.ZodType).safeParse(input[key]).error, [key]);
  }
}

const unfit = (path: DocumentPath, message: string, action: Description, at: DocumentPath): Problem => ({
  code: 'MUSTER_ACTION_INPUT',
  path: [...at, 'with', ...path],
  summary: `${action.name} cannot take this ${path.join('.') || 'input'}: ${message}.`,
});
