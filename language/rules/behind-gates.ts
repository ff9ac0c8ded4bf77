import { topologicalOrder } from '../../core/graph.ts';
import type { Mode } from '../../core/names.ts';
import { touchesOf } from '../compile/defaults.ts';
import type { Problem } from '../problem.ts';
import { type Facts, modeOf, type PlacedStep, type Rule } from './facts.ts';

/** What moves customers, and what cannot be undone, stands behind a decision of people. */
export const behindGates: Rule = function* (facts) {
  const gated = gatedSystems(facts);
  for (const [system, steps] of facts.stepsOf) {
    /** The modes (undefined: every one) in which a gate of a step before this one holds this one, too. */
    let held = new Set<Mode | undefined>();
    for (const placed of steps) {
      if (startsAnew(placed, steps[placed.order - 1])) held = new Set();
      if (placed.step.gate !== undefined) held.add(modeOf(placed));
      if (!isGrave(placed) || held.has(undefined) || held.has(modeOf(placed))) continue;
      if (!isBehind(facts, gated, placed) && !facts.isDamaged('systems', system)) yield ungated(placed);
    }
  }
};

/** Steps run one after the other, and the checks of a system behind what recovers it. */
const startsAnew = ({ phase }: PlacedStep, before: PlacedStep | undefined) =>
  before?.phase !== phase && !(phase === 'verify' && before?.phase === 'recover');

/** A rollback is a decision of people itself. */
const isGrave = ({ step, phase, action }: PlacedStep) =>
  phase !== 'rollback' && (step.noReturn || (action && touchesOf(step, phase, action) === 'traffic'));

/** A fence waits for the gates that its system names itself; what follows, for all that stand before it. */
function isBehind({ runbook }: Facts, gated: ReadonlySet<string>, { system, phase }: PlacedStep): boolean {
  if (phase === 'prepare') return false;
  if (phase !== 'fence') return gated.has(system);
  return runbook.systems[system]!.needs.some((need) => Object.hasOwn(runbook.gates, need));
}

/**
 * The systems that have a gate, or something broken that could be one, among all that they need. What waits
 * for itself is reported as that, and stands nowhere.
 */
function gatedSystems(facts: Facts): ReadonlySet<string> {
  const nodes = { ...facts.runbook.gates, ...facts.runbook.systems };
  const graph = new Map(Object.entries(nodes).map(([key, { needs }]) => [key, needs]));
  const order = topologicalOrder(graph);
  const gated = new Set(graph.keys());
  for (const name of order) gated.delete(name);
  const holds = (need: string) =>
    gated.has(need) || !Object.hasOwn(facts.runbook.systems, need) || facts.isDamaged('systems', need);
  for (const name of order) if (nodes[name]!.needs.some(holds)) gated.add(name);
  return gated;
}

const ungated = ({ step, path }: PlacedStep): Problem => ({
  code: 'MUSTER_STEP_NO_GATE',
  path,
  summary: step.noReturn
    ? `There is no way back behind the step "${step.step}", and no gate stands before it.`
    : `The step "${step.step}" touches traffic, and no gate stands before it.`,
  hint: 'Put a gate into the needs of its system, or give the step a gate of its own.',
});
