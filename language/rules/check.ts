import type { Problem } from '../problem.ts';
import type { Runbook } from '../runbook.ts';
import type { Checked } from '../schema/check.ts';
import { actions } from './actions.ts';
import { approvals } from './approvals.ts';
import { behindGates } from './behind-gates.ts';
import { checks } from './checks.ts';
import { children } from './children.ts';
import { consistency } from './consistency.ts';
import { cycles } from './cycles.ts';
import { factsOf, type Known, type Rule } from './facts.ts';
import { fences } from './fences.ts';
import { gates } from './gates.ts';
import { names } from './names.ts';
import { notify } from './notify.ts';
import { objectives } from './objectives.ts';
import { parameters } from './parameters.ts';
import { phases } from './phases.ts';
import { references } from './references.ts';
import { repeats } from './repeats.ts';
import { reruns } from './reruns.ts';
import { sites } from './sites.ts';
import { templates } from './templates.ts';
import { writtenSecrets } from './written-secrets.ts';

/** Each looks at one idea. They do not know each other; what one reports the others do not report again. */
const rules: readonly Rule[] = [
  names,
  references,
  notify,
  cycles,
  sites,
  parameters,
  gates,
  behindGates,
  approvals,
  objectives,
  consistency,
  phases,
  fences,
  actions,
  children,
  checks,
  repeats,
  reruns,
  templates,
  writtenSecrets,
];

/** What in a runbook breaks the rules of the language that a schema cannot say. @param wrong what is known already. */
export function checkRules(checked: Checked<Runbook>, wrong: readonly Problem[], known: Known): Problem[] {
  if (!checked.value) return [];
  const facts = factsOf(checked.value, checked, wrong, known);
  const problems = rules.flatMap((rule) => [...rule(facts)]);
  return problems.map((problem) => ({ ...problem, path: checked.original(problem.path) }));
}
