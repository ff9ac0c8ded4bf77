import type { Phase, Weakness } from '../../core/plan.ts';
import type { StepDeclaration, SystemDeclaration } from '../runbook.ts';
import { gatesOfSteps } from './add-gates.ts';
import { touchesOf } from './defaults.ts';
import type { Draft } from './draft.ts';
import { stepsOf, type phases } from './scope.ts';

/**
 * Leaves in the runbook what belongs to the mode. A rehearsal has no fences, and no step that touches
 * other people's systems or where customers go unless its isolation is proved.
 */
export function keepMode(draft: Draft): void {
  const { written: runbook } = draft;
  const before = gatesOfSteps(runbook);
  const systems = Object.entries(runbook.systems).map(([name, system]) => {
    const kept = keptSystem(draft, name, system);
    const gone = (['recover', 'verify'] as const).every((phase) => kept[phase].length === 0);
    if (gone && system.recover.length + system.verify.length > 0) draft.dropped.add(name);
    return [name, kept] as const;
  });
  const left = { ...runbook, systems: Object.fromEntries(systems) };
  const after = gatesOfSteps(left);
  const gates = Object.entries(runbook.gates).filter(([name]) => after.has(name) || !before.has(name));
  draft.runbook = { ...left, gates: Object.fromEntries(gates) };
}

function keptSystem(draft: Draft, name: string, system: SystemDeclaration): SystemDeclaration {
  const { fence, ...rest } = system;
  const keep = (phase: (typeof phases)[number]) =>
    stepsOf(system, phase).filter((step) => {
      if (step.only?.mode !== undefined && step.only.mode !== draft.mode) return false;
      const kept = mayRun(draft, phase, step);
      if (!kept) draft.weaknesses.push(notAtThisSite(draft, name, step));
      return kept;
    });
  const fenceKept = fence && 'length' in fence ? keep('fence') : fence;
  return {
    ...rest,
    prepare: keep('prepare'),
    recover: keep('recover'),
    verify: keep('verify'),
    rollback: draft.mode === 'live' ? keep('rollback') : [],
    cleanup: keep('cleanup'),
    ...(fenceKept && draft.mode === 'live' && { fence: fenceKept }),
  };
}

function mayRun({ mode, to, actions }: Draft, phase: Phase, step: StepDeclaration): boolean {
  const action = actions.get(step.use);
  if (mode === 'live' || !action || to.isolated?.proved) return true;
  const touches = touchesOf(step, phase, action);
  return touches !== 'outside' && touches !== 'traffic';
}

const notAtThisSite = ({ to }: Draft, name: string, { step }: StepDeclaration): Weakness => ({
  code: 'isolation-not-proved',
  about: name,
  text: `${name}: the step ${step} is not run, for it could reach out and the isolation of ${to.name} is only declared`,
});
