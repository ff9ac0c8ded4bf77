import { touchesOf } from '../compile/defaults.ts';
import type { Problem } from '../problem.ts';
import type { Facts, Rule } from './facts.ts';

/** At another site nothing that writes starts beside its old copy: it is fenced, or the runbook says why not. */
export const fences: Rule = function* (facts) {
  const { runbook } = facts;
  const real = Object.values(runbook.sites).filter(({ isolated }) => !isolated);
  for (const [name, { fence, external }] of Object.entries(runbook.systems)) {
    if (facts.isDamaged('systems', name)) continue;
    if (!fence && !external && real.length > 1 && writes(facts, name)) yield unfenced(name);
    else if (fence && 'by' in fence && endsInNothing(facts, name)) yield byNothing(name, fence.by);
  }
};

const writes = ({ stepsOf }: Facts, name: string) =>
  stepsOf
    .get(name)!
    .some(
      ({ step, phase, action }) =>
        phase === 'recover' && action && touchesOf(step, phase, action) !== 'nothing',
    );

/** Follows `by` to whoever has steps; a system that is not there or is broken is reported elsewhere. */
function endsInNothing(facts: Facts, name: string): boolean {
  const seen = new Set<string>();
  for (let at = name; ;) {
    if (seen.has(at)) return true;
    seen.add(at);
    const system = Object.hasOwn(facts.runbook.systems, at) ? facts.runbook.systems[at] : undefined;
    if (!system || (at !== name && facts.isDamaged('systems', at))) return false;
    if (!system.fence || 'none' in system.fence) return true;
    if (!('by' in system.fence)) return false;
    at = system.fence.by;
  }
}

const unfenced = (name: string): Problem => ({
  code: 'MUSTER_SYSTEM_NO_FENCE',
  path: ['systems', name],
  at: 'key',
  summary: `"${name}" would be started at another site while its old copy may still write.`,
  hint: 'Add fence: with steps that stop the old copy, { by: SYSTEM } if another fence stops it, or { none: the reason why that is safe }.',
});

const byNothing = (name: string, by: string): Problem => ({
  code: 'MUSTER_FENCE_BY_NOTHING',
  path: ['systems', name, 'fence', 'by'],
  summary: `The fence of "${by}" has no steps, so it stops nothing for "${name}".`,
  hint: `Name a system whose fence has steps, or give "${name}" a fence of its own.`,
});
