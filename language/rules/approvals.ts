import type { Description } from '../../actions/action.ts';
import { eligible, fillable, type Standing, type Who } from '../../core/eligible.ts';
import type { Person, Role } from '../../core/names.ts';
import type { Roster } from '../../core/roster.ts';
import type { DocumentPath, Problem } from '../problem.ts';
import type { Approval, Runbook, Written } from '../runbook.ts';
import { type Facts, factsOf, type People, type Rule } from './facts.ts';

/** The words that stand for people without a role of the roster. */
const words: readonly Role[] = ['anyone', 'starter', 'commander'];
const excludable: readonly Role[] = ['starter', 'commander'];

/** Whoever is asked can answer: the roles exist, and enough different people of them are there. */
export const approvals: Rule = function* (facts) {
  const { people } = facts;
  for (const { who, path } of asksOf(facts)) {
    for (const [index, role] of who.not.entries()) {
      if (!excludable.includes(role)) yield notExcludable(role, [...path, 'not', index]);
    }
    if (!people) continue;
    const problems = [...unknownRoles(who, path, people.roster)];
    yield* problems;
    if (problems.length === 0 && !enough(who, people)) yield tooFew(who, path, people);
  }
  if (people) yield* ladders(facts, people.roster);
};

/** Everything in a runbook that people decide, with where it is written who. */
function* asksOf({ runbook, steps }: Facts): Iterable<{ readonly who: Who; readonly path: DocumentPath }> {
  if (runbook.declare) yield { who: runbook.declare, path: ['declare'] };
  for (const [name, { approve }] of Object.entries(runbook.gates))
    yield { who: approve, path: ['gates', name, 'approve'] };
  for (const { step, action, path } of steps) {
    if (step.attest) yield { who: step.attest, path: [...path, 'attest'] };
    if (action?.asksPeople) yield { who: { by: seatsIn(step.with['by']), not: [] }, path: [...path, 'with'] };
  }
}

/** The roles of a roster that a runbook's decisions ask. */
export function rolesAsked(runbook: Runbook, catalogue: readonly Description[]): Role[] {
  const facts = factsOf(runbook, { declared: () => [] }, [], { catalogue });
  const roles = [...asksOf(facts)].flatMap(({ who }) => who.by.flatMap(({ role }) => role));
  return [...new Set(roles)].filter((role) => !words.includes(role));
}

function* ladders({ runbook }: Facts, roster: Roster): Iterable<Problem> {
  for (const [name, { escalate }] of Object.entries(runbook.gates)) {
    for (const [index, { to }] of escalate.entries())
      yield* unknownRole(to, ['gates', name, 'escalate', index, 'to'], ['deputy', ...rolesOf(roster)]);
  }
}

function* unknownRoles({ by }: Who, path: DocumentPath, roster: Roster): Iterable<Problem> {
  const known = [...words, ...rolesOf(roster)];
  for (const [index, { role }] of by.entries()) {
    const at = [...path, 'by', index, 'role'];
    if (typeof role === 'string') yield* unknownRole(role, at, known);
    else for (const [place, one] of role.entries()) yield* unknownRole(one, [...at, place], known);
  }
}

function* unknownRole(role: Role, path: DocumentPath, known: readonly Role[]): Iterable<Problem> {
  if (known.includes(role)) return;
  yield {
    code: 'MUSTER_APPROVAL_ROLE',
    path,
    summary: `Nobody in the roster has the role "${role}".`,
    detail: `Roles there: ${known.join(', ')}.`,
    meant: { written: role, among: known },
    hint: 'Give the role to people in the roster, or name another.',
  };
}

const rolesOf = ({ people }: Roster): Role[] => [
  ...new Set(Object.values(people).flatMap(({ roles }) => roles)),
];

/** For at least one of those who could start the run, the seats can be filled without those excluded. */
function enough(who: Who, { roster, at }: People): boolean {
  return Object.keys(roster.people).some((starter) => {
    const standing: Standing = { at, rungs: [], starter, commander: starter };
    return fillable(roster, who, standing);
  });
}

function tooFew(who: Who, path: DocumentPath, { roster, at }: People): Problem {
  const there: Person[] = eligible(roster, who, { at, rungs: [] });
  const { not, channels } = who;
  return {
    code: 'MUSTER_APPROVAL_PEOPLE',
    path: [...path, 'by'],
    summary: 'The roster has not enough people to fill these seats.',
    detail: `There now: ${there.join(', ') || 'nobody'}${not.length > 0 ? `; not the ${not.join(', the ')}` : ''}${channels ? `; over ${channels.join(', ')} alone` : ''}.`,
    hint: 'Ask for fewer, name more roles, or give somebody a deputy, or a key.',
  };
}

const notExcludable = (role: Role, path: DocumentPath): Problem => ({
  code: 'MUSTER_APPROVAL_NOT',
  path,
  summary: `"${role}" cannot be excluded.`,
  detail: `Possible here: ${excludable.join(', ')}.`,
  hint: 'Name the roles that may decide in by; whoever is in none of them is excluded already.',
});

/** The seats of a manual step, as far as they are well-formed; its action says what is not. */
function seatsIn(by: Written | undefined): Approval['by'] {
  if (!Array.isArray(by)) return [];
  return by.flatMap((seat: Written) => {
    if (typeof seat !== 'object' || seat === null || !('role' in seat)) return [];
    const role = [seat['role']].flat().filter((one) => typeof one === 'string');
    const count = Number('count' in seat ? seat['count'] : 1);
    return [{ role, count: Number.isInteger(count) && count > 0 ? count : 1 }];
  });
}
