import type { Json, Scalar } from '../../core/value.ts';
import { ActionFailure } from '../action.ts';
import type { Answer, Message } from './exchange.ts';

/** Longest value of an output, in characters. */
const longest = 4_000;

/**
 * The values of an answer that are asked for.
 * @throws ActionFailure of the kind `unknown` where one is not there: it was done, and what later steps need is lacking.
 */
export function pickedFrom(
  { method, shown }: Message,
  { status, cut }: Answer,
  { said, pick }: { readonly said: string; readonly pick: Readonly<Record<string, string>> },
): Record<string, Scalar> {
  const pointers = Object.entries(pick);
  if (pointers.length === 0) return {};
  const lacking = (why: string) =>
    new ActionFailure(
      `${method} ${shown} was carried out (${status}), but ${why}. Look there, and say what the outputs are.`,
      { kind: 'unknown', findings: { value: status, status, body: said } },
    );
  if (cut !== undefined) throw lacking(`its answer is not whole: ${cut}`);
  const answer = parsed(said);
  if (answer === undefined) throw lacking('its answer is no JSON');
  return Object.fromEntries(
    pointers.map(([name, pointer]) => {
      const value = valueAt(answer, pointer);
      if (value === undefined) throw lacking(`its answer has no ${pointer}`);
      const scalar = typeof value === 'object' && value !== null ? JSON.stringify(value) : value;
      if (typeof scalar === 'string' && scalar.length > longest)
        throw lacking(`${pointer} of its answer is longer than ${longest} characters`);
      return [name, scalar];
    }),
  );
}

function parsed(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

/** RFC 6901. */
function valueAt(whole: Json, pointer: string): Json | undefined {
  const steps = pointer
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
  return steps.reduce<Json | undefined>(
    (at, step) =>
      typeof at === 'object' && at !== null && Object.hasOwn(at, step)
        ? (at as Record<string, Json>)[step]
        : undefined,
    whole,
  );
}
