import type { DocumentPath, Problem } from '../problem.ts';
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
  for (const [system, { runsOn }] of Object.entries(runbook.systems)) {
    for (const site of Object.keys(runsOn)) {
      const path = ['systems', system, 'runsOn', site];
      const there = runbook.sites[site];
      if (!Object.hasOwn(runbook.sites, site)) {
        if (!facts.names('sites').has(site)) yield unknownSite(path, site, facts.names('sites'));
      } else if (there?.isolated) yield runsApart(path, site);
    }
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

const unknownSite = (path: DocumentPath, site: string, among: ReadonlySet<string>): Problem => ({
  code: 'MUSTER_REF_UNKNOWN',
  path,
  at: 'key',
  summary: `There is no site ${JSON.stringify(site)}.`,
  meant: { written: site, among },
});

const runsApart = (path: DocumentPath, site: string): Problem => ({
  code: 'MUSTER_SITE_ONE_HOST',
  path,
  at: 'key',
  summary: `${site} is isolated: all that runs there runs on one worker host, where its isolation is proved.`,
  hint: `Say runsOn at the site ${site} itself, or take this line out.`,
});
