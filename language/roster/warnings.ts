import type { UnsealedRoster } from '../../core/roster-digest.ts';
import { canProve } from '../../core/vouch.ts';
import type { Problem } from '../problem.ts';

/** People of a sound roster whose decisions could not count. */
export function* rosterWarnings(roster: UnsealedRoster): Iterable<Problem> {
  const needed = new Set(Object.values(roster.people).flatMap(({ deputies }) => deputies));
  if (roster.breakGlass) needed.add(roster.breakGlass.person);
  for (const [person, member] of Object.entries(roster.people)) {
    const here = { path: ['people', person], at: 'key', severity: 'warning' } as const;
    if (member.roles.length === 0 && !needed.has(person)) {
      yield {
        ...here,
        code: 'MUSTER_ROSTER_NO_ROLE',
        summary: `"${person}" has no role and is nobody's deputy: she can decide only what anyone may.`,
        hint: 'Give her a role, or take her out.',
      };
    }
    if (!canProve(roster, member) && person !== roster.breakGlass?.person) {
      yield {
        ...here,
        code: 'MUSTER_ROSTER_NO_PROOF',
        summary: `"${person}" has no key, and no edge knows her: nothing that she decides can count.`,
        hint: 'Add her public key (muster key show prints it), or an identity together with an edge that serves its channel.',
      };
    }
  }
}
