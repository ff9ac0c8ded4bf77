import type { Problem } from '../problem.ts';
import type { Rule } from './facts.ts';

/** There is something to recover, somewhere to recover it from, and enough of what a step occupies. */
export const sites: Rule = function* (facts) {
  const { runbook, steps } = facts;
  if (Object.keys(runbook.systems).length === 0 && facts.names('systems').size === 0 && !facts.isDamaged()) {
    yield { code: 'MUSTER_SCHEMA_TOO_FEW', path: ['systems'], summary: 'There is no system to recover.' };
  }
  const real = Object.values(runbook.sites).some(({ isolated }) => !isolated);
  if (!real && !facts.isDamaged()) {
    yield {
      code: 'MUSTER_SITE_NONE',
      path: ['sites'],
      at: 'key',
      summary: 'Every site is isolated; nothing could be recovered from anywhere.',
      hint: 'Add the site where the systems run now.',
    } satisfies Problem;
  }
  for (const { step, path } of steps) {
    for (const [name, wanted] of Object.entries(step.occupies)) {
      const there = Object.hasOwn(runbook.capacity, name) ? runbook.capacity[name]! : wanted;
      if (wanted <= there) continue;
      yield {
        code: 'MUSTER_CAPACITY_TOO_LITTLE',
        path: [...path, 'occupies', name],
        summary: `The step occupies ${wanted} of "${name}", and there are ${there}: it could never start.`,
        hint: `Occupy at most ${there}, or raise the capacity.`,
      };
    }
  }
};
