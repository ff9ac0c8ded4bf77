import { z } from 'zod';
import type { PublicKey } from '../../core/roster.ts';
import type { UnsealedRoster } from '../../core/roster-digest.ts';
import { name, positiveDuration, read, sentence, text } from '../schema/scalars.ts';
import { readMoment } from './moment.ts';

/** Reads a line with a public key as OpenSSH writes it. The problem is a whole sentence. */
export type ReadKey = (line: string) => { readonly key: PublicKey } | { readonly problem: string };

const person = z
  .string()
  .regex(
    /^[a-z][a-z0-9._-]{0,62}$/,
    "a person's name is lower-case letters, digits, ., _ and -, a letter first",
  )
  .meta({ title: 'person' });

/** A text of a certain form, with a code of its own where it has another one. */
const identity = (form: RegExp, expected: string) =>
  read('MUSTER_ROSTER_IDENTITY', expected, (written) => (form.test(written) ? written : undefined)).meta({
    title: 'text',
    type: 'string',
    pattern: form.source,
  });

const moment = (which: 'from' | 'until') =>
  read('MUSTER_ROSTER_MOMENT', 'a date, nor a moment with its zone', (written) =>
    readMoment(written, which),
  ).meta({ title: 'date or moment', type: 'string', pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}(T.+)?$' });

const absence = z
  .strictObject({
    from: moment('from').describe('The first day, from its beginning in UTC; or a moment with its zone.'),
    until: moment('until').describe('The last day, until its end in UTC; or a moment with its zone.'),
  })
  .describe('A time in which a person is not there.');

const openid = z
  .strictObject({
    issuer: identity(
      /^https:\/\/\S+$|^http:\/\/(127\.0\.0\.1|localhost|\[::1\])[:/]\S*$/,
      'an address that begins with https://',
    ).describe('Who says who she is, letter by letter as in its tokens.'),
    subject: sentence.describe('What the issuer calls her (`sub`).'),
  })
  .describe('Who a person is for an OpenID provider.');

const member = (key: z.ZodType<PublicKey>) =>
  z
    .strictObject({
      name: z
        .exactOptional(sentence)
        .describe('Her name as people write it; absent: the one that she has here.'),
      roles: z.array(name).default([]).describe('What she may decide: the roles that runbooks ask for.'),
      keys: z.array(key).prefault([]).describe('Public keys by which she signs at the terminal.'),
      slack: z
        .exactOptional(identity(/^[TE][A-Z0-9]+\/[UW][A-Z0-9]+$/, 'TEAM/USER, as in T024BE7LD/U2147483697'))
        .describe('Who she is in Slack: `TEAM/USER`, by their ids.'),
      openid: z.exactOptional(openid),
      email: z
        .exactOptional(identity(/^[^\s@]+@[^\s@]+$/, 'an e-mail address'))
        .describe('Where she is told things. It proves nothing.'),
      deputies: z.array(person).default([]).describe('Who sits on her seats while she is absent.'),
      absent: z.array(absence).prefault([]).describe('When she is not there.'),
    })
    .describe('A person.');

const edge = (key: z.ZodType<PublicKey>) =>
  z
    .strictObject({
      key: key.describe('The public key by which it signs.'),
      channels: z
        .array(z.enum(['console', 'chat', 'webhook']))
        .min(1)
        .describe('The channels over which it vouches for people. At the terminal everybody signs herself.'),
    })
    .describe('A program that vouches for people whom it has authenticated.');

const breakGlass = (key: z.ZodType<PublicKey>) =>
  z
    .strictObject({
      person: person.describe('Who may use it.'),
      key: key.describe('The public half of a key that lies sealed.'),
      wait: positiveDuration.describe('How long all are told, and anyone may object.'),
    })
    .describe('The one person who may open a gate alone when nobody is there.');

/** The whole file: closed, every scalar a text. What comes out is a roster without its digest. */
export function rosterSchema(readKey: ReadKey): z.ZodType<UnsealedRoster> {
  const key = publicKey(readKey);
  return z
    .strictObject({
      $schema: z
        .exactOptional(text)
        .describe('Where an editor finds the JSON Schema; Muster does not read it.'),
      muster: z.literal('v1').describe('The version of the language.'),
      roster: name.describe('The name of the roster.'),
      people: z.record(person, member(key)).describe('The people, by the name that decisions bear.'),
      edges: z.record(name, edge(key)).prefault({}).describe('Programs that vouch for people.'),
      breakGlass: z.exactOptional(breakGlass(key)),
    })
    .transform(({ roster, people, edges, breakGlass: sealed }): UnsealedRoster => ({
      format: 1,
      name: roster,
      people: Object.fromEntries(
        Object.entries(people).map(([id, one]) => [id, { ...one, name: one.name ?? id }]),
      ),
      edges,
      ...(sealed ? { breakGlass: sealed } : {}),
    }))
    .describe('The people of a recovery.');
}

const publicKey = (readKey: ReadKey): z.ZodType<PublicKey> =>
  z
    .string()
    .transform((line, context) => {
      const found = readKey(line);
      if ('key' in found) return found.key;
      const params = { code: 'MUSTER_ROSTER_KEY' };
      context.issues.push({ code: 'custom', input: line, message: found.problem, params });
      return z.NEVER;
    })
    .meta({ title: 'public key', type: 'string', pattern: '^ssh-ed25519 [A-Za-z0-9+/]+=*( .*)?$' });
