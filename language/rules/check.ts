import type { Description } from '../../actions/action.ts';
import type { Problem } from '../problem.ts';
import type { Checked } from '../schema/check.ts';
import { cycles } from './cycles.ts';
import { factsOf, type Rule } from './facts.ts';
import { references } from './references.ts';

const rules: readonly Rule[] = [references, cycles];

/** What in a runbook breaks the rules of the language that a schema cannot say. @param wrong what is known already. */
export function checkRules(
  checked: Checked,
  wrong: readonly Problem[],
  catalogue: readonly Description[],
): Problem[] {
  if (!checked.runbook) return [];
  const facts = factsOf(checked.runbook, checked, wrong, catalogue);
  const problems = rules.flatMap((rule) => [...rule(facts)]);
  return problems.map((problem) => ({ ...problem, path: checked.original(problem.path) }));
}
