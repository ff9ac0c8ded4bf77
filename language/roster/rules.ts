import type { PublicKey } from '../../core/roster.ts';
import type { UnsealedRoster } from '../../core/roster-digest.ts';
import type { DocumentPath, Problem } from '../problem.ts';

/** What the rules look at. */
export interface RosterFacts {
  readonly roster: UnsealedRoster;
  /** The names of all people, those of broken pieces included; absent where they cannot be told. */
  readonly people?: ReadonlySet<string>;
}

type Rule = (facts: RosterFacts) => Iterable<Problem>;

/** What the language means by itself: a person or a role of this name could not be told from it. */
const words = new Set(['anyone', 'starter', 'commander', 'deputy', 'muster']);

const names: Rule = function* ({ roster }) {
  for (const [person, { roles }] of Object.entries(roster.people)) {
    if (words.has(person)) yield { ...word(['people', person], person), at: 'key' };
    for (const [index, role] of roles.entries()) {
      if (words.has(role)) yield word(['people', person, 'roles', index], role);
    }
  }
};

const somebody: Rule = function* ({ people }) {
  if (people?.size === 0) {
    yield {
      code: 'MUSTER_SCHEMA_TOO_FEW',
      path: ['people'],
      summary: 'There is nobody in the roster.',
      hint: 'Name people, each with her roles and her keys.',
    };
  }
};

const references: Rule = function* ({ roster, people }) {
  for (const [person, { deputies }] of Object.entries(roster.people)) {
    for (const [index, deputy] of deputies.entries()) {
      const path = ['people', person, 'deputies', index];
      if (deputy === person) yield ownDeputy(path, person);
      else if (people?.has(deputy) === false) yield unknown(path, deputy, people);
    }
  }
  const sealed = roster.breakGlass;
  if (sealed && people?.has(sealed.person) === false)
    yield unknown(['breakGlass', 'person'], sealed.person, people);
};

const keys: Rule = function* ({ roster }) {
  const holders = new Map<string, string>();
  for (const { key, path, holder } of keysOf(roster)) {
    const other = holders.get(key.id);
    if (other !== undefined) yield keyTwice(path, key, other);
    else holders.set(key.id, holder);
  }
};

const identities: Rule = function* ({ roster }) {
  const holders = new Map<string, string>();
  for (const [person, { slack, openid }] of Object.entries(roster.people)) {
    const here = [
      ...(slack === undefined ? [] : [{ key: 'slack', is: slack }]),
      ...(openid === undefined ? [] : [{ key: 'openid', is: `${openid.issuer} ${openid.subject}` }]),
    ];
    for (const { key, is } of here) {
      const other = holders.get(`${key} ${is}`);
      if (other !== undefined) yield identityTwice(['people', person, key], other);
      else holders.set(`${key} ${is}`, person);
    }
  }
};

const absences: Rule = function* ({ roster }) {
  for (const [person, { absent }] of Object.entries(roster.people)) {
    for (const [index, { from, until }] of absent.entries()) {
      if (from < until) continue;
      yield {
        code: 'MUSTER_ROSTER_ABSENCE',
        path: ['people', person, 'absent', index, 'until'],
        summary: `The absence ends at ${moment(until)}, and begins at ${moment(from)}.`,
        hint: 'Swap the two, or correct one. A date lasts from its beginning until its end, in UTC.',
      };
    }
  }
};

/** Each looks at one idea. */
export const rosterRules: readonly Rule[] = [names, somebody, references, keys, identities, absences];

/** Every key of the roster with its place, in the order of the file's parts. */
function* keysOf(roster: UnsealedRoster) {
  for (const [person, member] of Object.entries(roster.people)) {
    for (const [index, key] of member.keys.entries())
      yield { key, path: ['people', person, 'keys', index], holder: person };
  }
  for (const [name, { key }] of Object.entries(roster.edges))
    yield { key, path: ['edges', name, 'key'], holder: `the edge ${name}` };
  if (roster.breakGlass)
    yield { key: roster.breakGlass.key, path: ['breakGlass', 'key'], holder: 'break-glass' };
}

const moment = (at: number): string => new Date(at).toISOString().replace('.000Z', 'Z');

const word = (path: DocumentPath, name: string): Problem => ({
  code: 'MUSTER_ROSTER_WORD',
  path,
  summary: `"${name}" is a word of the language.`,
  hint: 'Choose another name.',
});

const ownDeputy = (path: DocumentPath, person: string): Problem => ({
  code: 'MUSTER_ROSTER_DEPUTY_SELF',
  path,
  summary: `"${person}" is named as her own deputy.`,
  hint: 'Name somebody else, or nobody.',
});

const unknown = (path: DocumentPath, written: string, among: Iterable<string>): Problem => ({
  code: 'MUSTER_ROSTER_PERSON_UNKNOWN',
  path,
  summary: `There is no person "${written}" in the roster.`,
  meant: { written, among },
});

const keyTwice = (path: DocumentPath, { id }: PublicKey, other: string): Problem => ({
  code: 'MUSTER_ROSTER_KEY_TWICE',
  path,
  summary: `The key ${id} stands at ${other} already.`,
  hint: 'Everybody has a key of her own: muster key new makes one.',
});

const identityTwice = (path: DocumentPath, other: string): Problem => ({
  code: 'MUSTER_ROSTER_IDENTITY_TWICE',
  path,
  summary: `This identity is ${other}'s already.`,
  hint: 'Correct one of the two: one identity is one person.',
});
