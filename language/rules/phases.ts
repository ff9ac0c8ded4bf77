import { touchesOf } from '../compile/defaults.ts';
import type { Problem } from '../problem.ts';
import { type Facts, phases as allPhases, type PlacedStep, type Rule } from './facts.ts';

/** Each phase does its own work: prepare reads, recover restores, an external system is only verified. */
export const phases: Rule = function* (facts) {
  for (const [name, system] of Object.entries(facts.runbook.systems)) {
    const damaged = facts.isDamaged('systems', name);
    if (!system.external && system.recover.length === 0 && !damaged) yield nothingToDo(name, 'recover');
    if (!system.external) continue;
    if (system.verify.length === 0 && !damaged) yield nothingToDo(name, 'verify');
    for (const phase of allPhases) {
      const there = phase === 'fence' ? system.fence !== undefined : system[phase].length > 0;
      if (there && phase !== 'verify') yield onlyVerified(name, phase);
    }
  }
  for (const placed of facts.steps) {
    const { step, phase, action } = placed;
    if (phase !== 'prepare' || !action || action.asksPeople) continue;
    if (touchesOf(step, phase, action) !== 'nothing') yield readOnly(placed);
  }
  yield* neverReached(facts);
};

/** A step of a mode in which its phase, or the runbook, has no part. */
function* neverReached({ steps, runbook }: Facts): Iterable<Problem> {
  const rehearsed = Object.values(runbook.sites).some(({ isolated }) => isolated);
  for (const { step, phase, path } of steps) {
    if (step.only?.mode !== 'rehearsal') continue;
    const at = [...path, 'only', 'mode'];
    if (phase === 'fence') yield never(at, 'a rehearsal never fences');
    else if (phase === 'rollback') yield never(at, 'a rehearsal is cleaned up, not rolled back');
    else if (!rehearsed) yield never(at, 'no site is isolated, so nothing can be rehearsed');
  }
}

const nothingToDo = (name: string, phase: 'recover' | 'verify'): Problem => ({
  code: 'MUSTER_SYSTEM_EMPTY',
  path: ['systems', name],
  at: 'key',
  summary: `"${name}" has no step in ${phase}.`,
  hint:
    phase === 'recover'
      ? "Add the steps that bring it back. If it is somebody else's and only looked at: external: true."
      : 'An external system is there to be verified: add the checks.',
});

const onlyVerified = (name: string, phase: string): Problem => ({
  code: 'MUSTER_SYSTEM_EXTERNAL',
  path: ['systems', name, phase],
  at: 'key',
  summary: `"${name}" is external; it is only verified.`,
  hint: `Remove ${phase}, or external.`,
});

const readOnly = ({ step, path }: PlacedStep): Problem => ({
  code: 'MUSTER_STEP_READ_ONLY',
  path,
  summary: `The step "${step.step}" changes something; prepare runs at once, before any decision, and only reads.`,
  hint: 'Move it to recover.',
});

const never = (path: readonly (string | number)[], why: string): Problem => ({
  code: 'MUSTER_STEP_NEVER',
  path,
  summary: `This step is never reached: ${why}.`,
  hint: 'Remove the step, or its mode.',
});
