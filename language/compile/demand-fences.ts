import { fenceOf } from './add-systems.ts';
import { touchesOf } from './defaults.ts';
import type { Draft } from './draft.ts';

/** At another site nothing that writes starts beside its old copy: it is fenced, or the runbook says why not. */
export function demandFences(draft: Draft): void {
  const { runbook, actions, from, to, problems } = draft;
  if (from.name === to.name) return;
  for (const [name, system] of Object.entries(runbook.systems)) {
    const writes = system.recover.some((step) => {
      const action = actions.get(step.use);
      return action && touchesOf(step, 'recover', action) !== 'nothing';
    });
    if (!writes || fenceOf(runbook, name)) continue;
    problems.push({
      code: 'MUSTER_SYSTEM_NO_FENCE',
      path: ['systems', name],
      summary: `${name} would write at ${to.name} while its old copy at ${from.name} may still write.`,
      hint: 'Add `fence:` with steps, `{ by: SYSTEM }`, or `{ none: the reason why that is safe }`.',
    });
  }
}
