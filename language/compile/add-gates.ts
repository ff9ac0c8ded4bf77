import type { Runbook } from '../runbook.ts';
import { addNode, type Draft } from './draft.ts';
import { phases, stepsOf } from './scope.ts';
import { compileGate } from './steps.ts';

/** Each gate that stands in `needs` is a node with one ask; a step's own gate is part of its system. */
export function addGates(draft: Draft): void {
  const own = gatesOfSteps(draft.runbook);
  for (const [name, gate] of Object.entries(draft.runbook.gates)) {
    if (own.has(name)) continue;
    const steps = [compileGate(draft, name, 'gate')];
    addNode(draft, {
      id: name,
      kind: 'gate',
      name,
      title: steps[0]!.title,
      needs: gate.needs,
      wants: gate.wants,
      steps,
    });
  }
}

/** The gates that guard one step instead of standing in `needs`. */
export function gatesOfSteps(runbook: Runbook): ReadonlySet<string> {
  const gates = new Set<string>();
  for (const system of Object.values(runbook.systems)) {
    for (const phase of phases) {
      for (const { gate } of stepsOf(system, phase)) if (gate !== undefined) gates.add(gate);
    }
  }
  return gates;
}
