import type { Scalar } from '../../core/value.ts';
import { matchesWhole } from '../matches-whole.ts';
import type { Problem } from '../problem.ts';
import type { ParameterDeclaration } from '../runbook.ts';
import { isMoment } from './moment.ts';

/** Parameters of a plan: typed for people and programs, and as the texts that fill templates. */
export interface Parameters {
  readonly values: Readonly<Record<string, Scalar>>;
  readonly texts: ReadonlyMap<string, string>;
}

/**
 * Checks what was given against what the runbook declares, and takes defaults for the rest. A value is
 * kept as it was written, to the character: the type only says what is accepted.
 */
export function settleParameters(
  declared: Readonly<Record<string, ParameterDeclaration>>,
  given: Readonly<Record<string, string>>,
  problems: Problem[],
): Parameters {
  const values: Record<string, Scalar> = {};
  const texts = new Map<string, string>();
  for (const name of Object.keys(given)) {
    if (!Object.hasOwn(declared, name)) problems.push(unknown(name, Object.keys(declared)));
  }
  for (const [name, declaration] of Object.entries(declared)) {
    const text = Object.hasOwn(given, name) ? given[name] : declaration.default;
    const wrong = text === undefined ? undefined : whatIsWrong(text, declaration);
    if (text === undefined) problems.push(missing(name, declaration));
    else if (wrong !== undefined) problems.push(unfit(name, wrong));
    else {
      texts.set(name, text);
      values[name] = typed(text, declaration.type);
    }
  }
  return { values, texts };
}

/** Why a text cannot be the value of a parameter. */
export function whatIsWrong(text: string, declaration: ParameterDeclaration): string | undefined {
  const { type, pattern, choices } = declaration;
  const shown = JSON.stringify(text);
  if (choices && !choices.includes(text)) return `${shown} is none of ${choices.join(', ')}`;
  const matches = pattern === undefined || matchesWhole(pattern, text);
  if (matches === undefined) {
    return `it takes too long to tell whether ${shown} matches the pattern ${pattern}; repeats inside of repeats do that`;
  }
  if (!matches) return `${shown} does not match the pattern ${pattern}`;
  if (type === 'number' && !/^-?\d+(\.\d+)?$/.test(text)) return `${shown} is no number`;
  if (type === 'boolean' && text !== 'true' && text !== 'false') return `${shown} is neither true nor false`;
  if (type === 'time' && text !== 'latest' && !isMoment(text)) {
    return `${shown} is neither latest nor a moment with its zone, as 2026-03-14T03:04:05Z`;
  }
  return undefined;
}

function typed(text: string, type: ParameterDeclaration['type']): Scalar {
  if (type === 'number') return Number(text);
  return type === 'boolean' ? text === 'true' : text;
}

const unknown = (name: string, among: readonly string[]): Problem => ({
  code: 'MUSTER_PLAN_PARAMETER_UNKNOWN',
  path: ['parameters', name],
  summary: `The runbook has no parameter ${JSON.stringify(name)}.`,
  hint: among.length > 0 ? `It has ${among.join(', ')}.` : 'It has no parameters at all.',
  meant: { written: name, among },
});

const missing = (name: string, declaration: ParameterDeclaration): Problem => ({
  code: 'MUSTER_PLAN_PARAMETER_MISSING',
  path: ['parameters', name],
  summary: `The parameter ${name} is not given and has no default.`,
  ...(declaration.description !== undefined && { detail: declaration.description }),
  hint: `Give it: --param ${name}=…`,
});

const unfit = (name: string, wrong: string): Problem => ({
  code: 'MUSTER_PLAN_PARAMETER_VALUE',
  path: ['parameters', name],
  summary: `The parameter ${name} cannot be what was given: ${wrong}.`,
});
