import type { DocumentPath, Problem } from '../problem.ts';
import type { Rule } from './facts.ts';

/** Each system of a consistency group has something to restore of which recovery points are known, and is in no other group. */
export const consistency: Rule = function* ({ runbook, steps, names, isDamaged }) {
  const taken = new Map<string, string>();
  for (const [group, { systems }] of Object.entries(runbook.consistency)) {
    for (const [index, name] of systems.entries()) {
      const path = ['consistency', group, 'systems', index];
      if (!Object.hasOwn(runbook.systems, name)) {
        if (!names('systems').has(name)) yield unknown(path, name, names('systems'));
        continue;
      }
      const before = taken.get(name);
      if (before !== undefined) yield twice(path, name, before);
      taken.set(name, group);
      const lists = steps.some(
        ({ system, phase, action }) => system === name && phase === 'recover' && action?.points,
      );
      if (!lists && !isDamaged('systems', name)) yield listsNothing(path, name);
    }
  }
};

const unknown = (path: DocumentPath, name: string, among: ReadonlySet<string>): Problem => ({
  code: 'MUSTER_REF_UNKNOWN',
  path,
  summary: `There is no system ${JSON.stringify(name)}.`,
  meant: { written: name, among },
});

const twice = (path: DocumentPath, name: string, group: string): Problem => ({
  code: 'MUSTER_CONSISTENCY_TWICE',
  path,
  summary: `${name} stands in ${group} already.`,
  hint: 'A system comes back to one moment: make one group of the two.',
});

const listsNothing = (path: DocumentPath, name: string): Problem => ({
  code: 'MUSTER_CONSISTENCY_NO_POINTS',
  path,
  summary: `No step of ${name} restores one of several recovery points, so no moment can be chosen for it.`,
  hint: 'Restore it by an action that lists its recovery points, or take it out of the group.',
});
