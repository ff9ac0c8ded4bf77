import { comparators } from '../../core/expectation.ts';
import type { DocumentPath, Problem } from '../problem.ts';
import type { Written } from '../runbook.ts';
import type { Facts, PlacedStep, Rule } from './facts.ts';

/** A check expects something, and something that its action finds. */
export const checks: Rule = function* (facts) {
  for (const placed of facts.steps) {
    yield* expectsSomething(facts, placed);
    yield* expectsFindings(placed);
  }
};

function* expectsSomething(
  facts: Facts,
  { step, phase, action, path, system }: PlacedStep,
): Iterable<Problem> {
  if (phase !== 'verify' || !action || action.provesByItself || action.asksPeople) return;
  if (Object.keys(step.expect ?? {}).length > 0 || facts.isDamaged('systems', system)) return;
  const findings = Object.keys(action.findings);
  yield {
    code: 'MUSTER_CHECK_EXPECTS_NOTHING',
    path,
    summary: `The check "${step.step}" expects nothing, so it proves nothing.`,
    hint:
      findings.length > 0
        ? `Add expect: with ${findings.filter((name) => name !== 'value').join(', ') || 'equals'}, or a comparison such as atLeast.`
        : `${step.use} finds nothing that could be expected; use another action.`,
  };
}

function* expectsFindings({ step, action, path }: PlacedStep): Iterable<Problem> {
  if (!action) return;
  for (const [key, expected] of Object.entries(step.expect ?? {})) {
    const at = [...path, 'expect', key];
    if (isComparator(key)) {
      if (!('value' in action.findings)) yield unknownFinding(at, key, findingsOf(action));
      else yield* comparison(at, key, expected);
    } else if (!Object.hasOwn(action.findings, key)) {
      yield unknownFinding(at, key, [...findingsOf(action), ...comparators]);
    } else if (typeof expected === 'object' && expected !== null && !Array.isArray(expected)) {
      for (const [comparator, wanted] of Object.entries(expected as { [key: string]: Written })) {
        if (isComparator(comparator)) yield* comparison([...at, comparator], comparator, wanted);
        else yield unknownFinding([...at, comparator], comparator, comparators);
      }
    }
  }
}

const findingsOf = ({ findings }: { findings: object }) => Object.keys(findings);

const isComparator = (key: string) => (comparators as readonly string[]).includes(key);

function* comparison(path: DocumentPath, comparator: string, wanted: Written): Iterable<Problem> {
  if (typeof wanted !== 'string') {
    if (comparator === 'equals' && Array.isArray(wanted)) return;
    yield { code: 'MUSTER_CHECK_EXPECT', path, summary: `${comparator} compares with a text or a number.` };
  } else if (comparator === 'matches' && !wanted.includes('{{') && !isPattern(wanted)) {
    yield { code: 'MUSTER_CHECK_EXPECT', path, summary: `"${wanted}" is no regular expression.` };
  }
}

function isPattern(text: string): boolean {
  try {
    return Boolean(new RegExp(text, 'u'));
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}

const unknownFinding = (path: DocumentPath, key: string, among: readonly string[]): Problem => ({
  code: 'MUSTER_CHECK_EXPECT',
  path,
  at: 'key',
  summary: `Nothing that is called "${key}" can be expected here.`,
  meant: { written: key, among },
});
