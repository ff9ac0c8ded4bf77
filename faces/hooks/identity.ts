import { z } from 'zod';
import type { Person } from '../../core/names.ts';
import type { Roster } from '../../core/roster.ts';

/** By what a sender may know people: their name in the roster, or an identity that the roster maps to it. */
export const identityKinds = ['name', 'openid', 'email', 'slack'] as const;
export type IdentityKind = (typeof identityKinds)[number];

const text = z.string().min(1).max(200);

/** Whom a decision is of: exactly one kind. */
export const identity = z.union([
  z.strictObject({ name: text }),
  z.strictObject({ openid: z.strictObject({ issuer: text, subject: text }) }),
  z.strictObject({ email: text }),
  z.strictObject({ slack: text }),
]);
export type Identity = z.infer<typeof identity>;

export const kindOf = (said: Identity): IdentityKind => Object.keys(said)[0] as IdentityKind;

/** Who that is, letter by letter; undefined where it is nobody, or more than one. */
export function personOf({ people }: Roster, said: Identity): Person | undefined {
  const found = Object.entries(people).filter(([name, { openid, email, slack }]) => {
    if ('name' in said) return name === said.name;
    if ('email' in said) return email === said.email;
    if ('slack' in said) return slack === said.slack;
    return openid?.issuer === said.openid.issuer && openid.subject === said.openid.subject;
  });
  return found.length === 1 ? found[0]![0] : undefined;
}
