import type { Diagnostic } from '../core/diagnostics/diagnostic.ts';
import { type Hints, usualHints } from './hints.ts';
import { nearest } from './nearest.ts';
import { type Problem, showPath } from './problem.ts';
import type { Positions } from './yaml/positions.ts';

/** A file that is wrong throughout need not be told so a hundred thousand times. */
const mostDiagnostics = 1_000;
/** Looking for what could have been meant takes time; who has more mistakes than this sees the pattern. */
const mostSuggestions = 50;

/** Turns problems into diagnostics with line and column, in the order of the file, each only once. */
export function diagnose(
  problems: readonly Problem[],
  positions: Positions,
  hints: Hints = usualHints,
): Diagnostic[] {
  const placed = problems
    .map((problem) => ({
      problem,
      offset: problem.from ?? positions.offset(problem.path, problem.at ?? 'value', problem.offset),
    }))
    .toSorted((a, b) => a.offset - b.offset)
    .slice(0, mostDiagnostics);
  return placed.map(({ problem, offset }, index) => {
    const hint =
      (index < mostSuggestions ? whatIsMeant(problem) : undefined) ?? problem.hint ?? hints[problem.code];
    return {
      code: problem.code,
      severity: problem.severity ?? ('error' as const),
      summary: problem.summary,
      ...(problem.detail === undefined ? {} : { detail: problem.detail }),
      path: showPath(problem.path),
      position: positions.position(offset),
      ...(hint === undefined ? {} : { hint }),
    };
  });
}

/** More words than this are no help to anybody. */
const mostWords = 20;

function whatIsMeant({ meant }: Problem): string | undefined {
  if (!meant) return undefined;
  const word = nearest(meant.written, meant.among);
  if (word !== undefined) return `Did you mean "${word}"?`;
  const words = [...meant.among];
  if (words.length === 0) return 'None is declared.';
  return words.length > mostWords ? undefined : `Possible: ${words.join(', ')}.`;
}
