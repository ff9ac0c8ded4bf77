import type { Role } from '../../core/names.ts';
import type { DocumentPath, Problem } from '../problem.ts';
import type { Approval, Written } from '../runbook.ts';
import type { Rule } from './facts.ts';

/** Until there is a roster nobody can prove a role; only the words that need none are possible. */
export const approvals: Rule = function* ({ runbook, steps }) {
  for (const [name, { approve }] of Object.entries(runbook.gates)) {
    yield* rolesOf(approve, ['gates', name, 'approve']);
  }
  for (const { step, action, path } of steps) {
    if (step.attest) yield* rolesOf(step.attest, [...path, 'attest']);
    if (action?.asksPeople) yield* rolesOf({ by: seatsIn(step.with['by']), not: [] }, [...path, 'with']);
  }
};

function* rolesOf({ by, not }: Pick<Approval, 'by' | 'not'>, path: DocumentPath): Iterable<Problem> {
  for (const [index, { role }] of by.entries()) {
    const at = [...path, 'by', index, 'role'];
    if (typeof role === 'string') yield* known(role, at, ['anyone']);
    else for (const [place, one] of role.entries()) yield* known(one, [...at, place], ['anyone']);
  }
  for (const [index, role] of not.entries())
    yield* known(role, [...path, 'not', index], ['starter', 'commander']);
}

function* known(role: Role, path: DocumentPath, possible: readonly string[]): Iterable<Problem> {
  if (possible.includes(role)) return;
  yield {
    code: 'MUSTER_APPROVAL_ROSTER',
    path,
    summary: `"${role}" is a role of a roster, and there are no rosters in this version.`,
    detail: `Possible here: ${possible.join(', ')}.`,
    hint: 'Write anyone with a count: distinct names as typed, which the plan calls unproved.',
  };
}

/** The seats of a manual step, as far as they are well-formed; its action says what is not. */
function seatsIn(by: Written | undefined): Approval['by'] {
  if (!Array.isArray(by)) return [];
  return by.flatMap((seat: Written) => {
    const role =
      typeof seat === 'object' && seat !== null && 'role' in seat ? (seat['role'] as Role | Role[]) : [];
    return [
      {
        role: typeof role === 'string' ? role : [role].flat().filter((one) => typeof one === 'string'),
        count: 1,
      },
    ];
  });
}
