import { stepKey, type Place } from './agenda.ts';
import type { Step } from '../plan.ts';
import type { Instant } from '../units.ts';
import type { NodeState, StepState } from './snapshot.ts';
import type { State } from './state.ts';

/** The node and step that a path names. */
export function whereIs(s: State, path: string): Place {
  const place = s.agenda.places.get(path);
  if (!place) throw new RangeError(`no step at ${path}`);
  return place;
}

/** The state of a step, made where it was not reached before. */
export function stepState(state: NodeState, step: Step): StepState {
  return (state.steps[stepKey(step)] ??= { tries: 0, retried: 0, state: 'waits' });
}

/** A step is started, or people are asked by it. */
export function getUnderWay(state: NodeState, at: StepState, when: Instant): void {
  at.state = 'under-way';
  state.status = 'running';
  state.startedAt ??= when;
}

/** A step is passed: the next one is due. */
export function pass(
  s: State,
  state: NodeState,
  step: Step,
  event: { readonly at: number; readonly outputs: Readonly<Record<string, unknown>> },
  path: string,
  as: 'passed' | 'done' | 'skipped' = 'passed',
): void {
  if (nextStepOf(s, path) !== step) return;
  const at = stepState(state, step);
  at.state = as;
  at.passedAt = event.at;
  state.step += 1;
  for (const [key, value] of Object.entries(event.outputs)) {
    const ref = `${path}.${key}`;
    if (s.referred.has(ref)) s.outputs[ref] = value as State['outputs'][string];
  }
}

function nextStepOf(s: State, path: string): Step | undefined {
  const { node } = whereIs(s, path);
  return node.steps[s.nodes[node.id]!.step];
}
