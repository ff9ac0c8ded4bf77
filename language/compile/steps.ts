import type { Phase, Step } from '../../core/plan.ts';
import type { DocumentPath } from '../problem.ts';
import type { StepDeclaration, SystemDeclaration } from '../runbook.ts';
import { attestAsk, gateAsk, gateStep } from './asks.ts';
import { callOf, type Compiling } from './call.ts';
import { rerunOf, retriesOf, takesOf, timeoutOf, touchesOf } from './defaults.ts';
import type { Draft } from './draft.ts';
import { fillNow, type Filling } from './fill.ts';
import { manualAsk } from './manual-ask.ts';
import { phases, runScope, stepsOf, systemScope } from './scope.ts';

/** The steps of each phase of a system; the gate of a step stands just before it. */
export function compileSteps(
  draft: Draft,
  name: string,
  system: SystemDeclaration,
): Readonly<Record<(typeof phases)[number], readonly Step[]>> {
  const filling: Filling = { lookup: systemScope(draft, name), problems: draft.problems };
  const compiled = phases.map((phase) => [
    phase,
    stepsOf(system, phase).flatMap((step) => {
      // Counted in the text: a mode leaves steps out.
      const index = stepsOf(draft.written.systems[name]!, phase).indexOf(step);
      const at = ['systems', name, phase, index];
      const action = draft.actions.get(step.use);
      if (!action) {
        draft.problems.push(unknownAction(step, at, draft));
        return [];
      }
      const own = compileStep({ step, action, phase, at, filling });
      return step.gate === undefined ? [own] : [compileGate(draft, step.gate, phase), own];
    }),
  ]);
  return Object.fromEntries(compiled) as Record<(typeof phases)[number], readonly Step[]>;
}

function compileStep(compiling: Compiling): Step {
  const { step, action, phase, at, filling } = compiling;
  const title = step.title === undefined ? step.step : fillNow(step.title, [...at, 'title'], filling);
  const touches = touchesOf(step, phase, action);
  const takes = takesOf(step, touches, action);
  const guards = phase === 'fence';
  const common = {
    id: step.step,
    phase,
    title,
    takes,
    timeout: timeoutOf(step, touches, takes),
    occupies: step.occupies,
    touches,
    noReturn: step.noReturn,
    guards,
    onFail: 'ask',
    retries: retriesOf(step),
    ...(step.quiet !== undefined && { quiet: step.quiet }),
    ...(step.limits && { limits: step.limits }),
    ...(step.attest && { attest: attestAsk(title, step.attest, guards) }),
  } as const;
  if (action.asksPeople) return { ...common, ask: manualAsk(compiling, title) };
  return { ...common, do: callOf(compiling), rerun: rerunOf(step, touches, action) };
}

/** The gate of the runbook as a step of this phase. */
export function compileGate(draft: Draft, name: string, phase: Phase): Step {
  const gate = draft.runbook.gates[name]!;
  const filling: Filling = { lookup: runScope(draft), problems: draft.problems };
  const text = (key: 'title' | 'description') => fillNow(gate[key] ?? '', ['gates', name, key], filling);
  const words = { title: text('title'), ...(gate.description && { instructions: text('description') }) };
  return gateStep(gateAsk(gate, words), phase === 'gate' ? 'decide' : name, phase, gate.takes);
}

const unknownAction = (step: StepDeclaration, at: DocumentPath, { actions }: Draft) => ({
  code: 'MUSTER_ACTION_UNKNOWN' as const,
  path: [...at, 'use'],
  summary: `There is no action ${JSON.stringify(step.use)}.`,
  meant: { written: step.use, among: actions.keys() },
});
