import type { OutputType } from '../../actions/action.ts';
import { type Comparator, comparators } from '../../core/expectation.ts';
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
      else yield* comparison({ path: at, comparator: key, kind: action.findings['value'] }, expected);
    } else if (!Object.hasOwn(action.findings, key)) {
      yield unknownFinding(at, key, [...findingsOf(action), ...comparators]);
    } else if (typeof expected !== 'object' || expected === null || Array.isArray(expected)) {
      yield* comparison({ path: at, comparator: 'equals', kind: action.findings[key] }, expected);
    } else {
      for (const [comparator, wanted] of Object.entries(expected as { [key: string]: Written })) {
        const path = [...at, comparator];
        if (!isComparator(comparator)) yield unknownFinding(path, comparator, comparators);
        else yield* comparison({ path, comparator, kind: action.findings[key] }, wanted);
      }
    }
  }
}

const findingsOf = ({ findings }: { findings: object }) => Object.keys(findings);

const isComparator = (key: string): key is Comparator => (comparators as readonly string[]).includes(key);

interface Comparison {
  readonly path: DocumentPath;
  readonly comparator: Comparator;
  /** What the finding is. */
  readonly kind: OutputType | undefined;
}

function* comparison({ path, comparator, kind }: Comparison, wanted: Written): Iterable<Problem> {
  if (comparator === 'equals' && Array.isArray(wanted)) {
    for (const [index, one] of wanted.entries()) {
      yield* comparison({ path: [...path, index], comparator, kind }, one as Written);
    }
  } else if (typeof wanted !== 'string') {
    yield { code: 'MUSTER_CHECK_EXPECT', path, summary: `${comparator} compares with a text or a number.` };
  } else if (!wanted.includes('{{')) {
    const misfit = whyNever(comparator, wanted, kind);
    if (misfit !== undefined) {
      yield { code: 'MUSTER_CHECK_EXPECT', path, summary: `"${wanted}" is ${misfit}.` };
    }
  }
}

/** What a text must be, and is not, so that anything of this kind could pass the comparison. */
function whyNever(comparator: Comparator, wanted: string, kind?: OutputType): string | undefined {
  if (comparator === 'contains') return undefined;
  if (comparator === 'matches') return isPattern(wanted) ? undefined : 'no regular expression';
  const isNumber = wanted.trim() !== '' && !Number.isNaN(Number(wanted));
  if (kind === 'time') {
    return isNumber || !Number.isNaN(Date.parse(wanted)) ? undefined : 'no time, which this finding is';
  }
  if (kind === 'number') return isNumber ? undefined : 'no number, which this finding is';
  if (comparator !== 'equals') return isNumber ? undefined : `no number, with which ${comparator} compares`;
  if (kind !== 'boolean' || wanted === 'true' || wanted === 'false') return undefined;
  return 'neither true nor false, which this finding is';
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
