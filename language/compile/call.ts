import type { z } from 'zod';
import type { Description } from '../../actions/action.ts';
import type { ActionCall, Phase } from '../../core/plan.ts';
import { refsIn, type Value } from '../../core/value.ts';
import type { DocumentPath } from '../problem.ts';
import type { StepDeclaration, Written } from '../runbook.ts';
import { fill, type Filling } from './fill.ts';

/** A step while it is compiled: what was written, where, and what can stand in it. */
export interface Compiling {
  readonly step: StepDeclaration;
  readonly action: Description;
  readonly phase: Phase;
  readonly at: DocumentPath;
  readonly filling: Filling;
}

/**
 * The call of a step's action. `with` keeps the texts as they are filled; the action's own schema says
 * whether they fit, here for all that is known and once more when the run has filled in the rest.
 */
export function callOf(compiling: Compiling): ActionCall {
  const { step, action, phase, at, filling } = compiling;
  const expect = {
    ...action.expects,
    ...(step.expect && (fill(step.expect, [...at, 'expect'], filling) as Record<string, Value>)),
  };
  return {
    action: action.name,
    with: inputOf(compiling),
    ...(Object.keys(expect).length > 0 && { expect }),
    ...(step.within !== undefined && { within: step.within }),
    ...(step.for !== undefined && { for: step.for }),
    site: phase === 'fence' ? 'source' : 'target',
    ...(phase === 'recover' && action.points && { points: action.points }),
  };
}

/** Fills the `with` of a step and holds it against the action's schema. */
export function inputOf({ step, action, at, filling }: Compiling): Record<string, Value> {
  const { problems } = filling;
  const before = problems.length;
  const input: Record<string, Value> = {};
  for (const [key, written] of Object.entries(step.with)) {
    const literal = action.literal?.includes(key);
    input[key] = literal ? asIs(written) : fill(written, [...at, 'with', key], filling);
  }
  if (problems.length > before) return input;
  for (const { path, message } of misfits(input, action.input)) {
    const field = path.map((part) => (typeof part === 'symbol' ? String(part) : part));
    problems.push({
      code: 'MUSTER_ACTION_INPUT',
      path: [...at, 'with', ...field],
      summary: `${action.name} cannot take this ${field.join('.') || 'input'}: ${message}.`,
    });
  }
  return input;
}

const asIs = (written: Written): Value => written;

type Misfit = Pick<z.core.$ZodIssue, 'path' | 'message'>;

/** A field that holds references is known to the run alone: then the others are checked one by one. */
function misfits(input: Readonly<Record<string, Value>>, schema: z.ZodObject): readonly Misfit[] {
  const open = new Set(Object.keys(input).filter((key) => refsIn(input[key] as Value).length > 0));
  if (open.size === 0) return schema.safeParse(input).error?.issues ?? [];
  const fields: Readonly<Record<string, z.core.$ZodType>> = schema.shape;
  const unknown = Object.keys(input).filter((key) => !Object.hasOwn(fields, key));
  return [
    ...unknown.map((key): Misfit => ({ path: [key], message: 'it has no such field' })),
    ...Object.entries(fields).flatMap(([key, field]) => {
      if (open.has(key)) return [];
      const { error } = (field as z.ZodType).safeParse(input[key]);
      return (error?.issues ?? []).map(({ path, message }): Misfit => ({ path: [key, ...path], message }));
    }),
  ];
}
