import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { Ajv } from 'ajv';
import fc from 'fast-check';
import { parse } from 'yaml';
import { canonical } from '../../../core/canonical.ts';
import { rosterJsonSchema } from '../../../language/json-schema/roster-json-schema.ts';
import { publicKeyOf, publicLine } from '../../../people/public-key.ts';
import { codesOf, inShort } from '../book.ts';
import { read, tools } from './tools.ts';

const keys = [1, 2, 3, 4].map((number) => publicKeyOf(Buffer.alloc(32, number * 7)));
const [ada, grace, chat, sealed] = keys.map((key) => publicLine(key, 'a comment'));

const text = `muster: v1
roster: shop
people:
  ada:
    name: Ada Winter
    roles: [incident-commander, dba]
    keys:
      - ${ada}
    slack: T024BE7LD/U2147483697
    openid: { issuer: https://id.example, subject: 4711 }
    email: ada@shop.example
    deputies: [grace]
    absent: [{ from: 2026-07-01, until: 2026-07-14 }, { from: '2026-08-01T12:00:00+02:00', until: 2026-08-02T00:00Z }]
  grace: { roles: [dba], keys: ['${grace}'] }
edges:
  chat: { key: '${chat}', channels: [chat, webhook] }
breakGlass: { person: ada, key: '${sealed}', wait: 30m }
`;

const readWith = (...replacements: readonly (readonly [string, string])[]) => {
  let changed = text;
  for (const [before, after] of replacements) {
    if (!changed.includes(before)) throw new Error(`the roster has no ${before}`);
    changed = changed.replace(before, () => after);
  }
  return read(changed);
};

describe('a roster', () => {
  it('becomes a plain value', () => {
    const { roster, diagnostics } = read(text);
    expect(diagnostics).toEqual([]);
    expect(roster).toMatchObject({
      format: 1,
      name: 'shop',
      people: {
        ada: {
          name: 'Ada Winter',
          roles: ['incident-commander', 'dba'],
          keys: [keys[0]],
          slack: 'T024BE7LD/U2147483697',
          openid: { issuer: 'https://id.example', subject: '4711' },
          email: 'ada@shop.example',
          deputies: ['grace'],
        },
        grace: { name: 'grace', roles: ['dba'], keys: [keys[1]], deputies: [], absent: [] },
      },
      edges: { chat: { key: keys[2], channels: ['chat', 'webhook'] } },
      breakGlass: { person: 'ada', key: keys[3], wait: 30 * 60_000 },
    });
    expect(JSON.parse(JSON.stringify(roster))).toEqual(roster);
  });

  it('takes a date from its beginning until its end, in UTC, and a moment as it is', () => {
    const times = read(text).roster?.people['ada']?.absent.flatMap(({ from, until }) => [from, until]);
    expect(times?.map((at) => new Date(at).toISOString())).toEqual([
      '2026-07-01T00:00:00.000Z',
      '2026-07-15T00:00:00.000Z',
      '2026-08-01T10:00:00.000Z',
      '2026-08-02T00:00:00.000Z',
    ]);
    const oneDay = readWith(['until: 2026-07-14', 'until: 2026-07-01']);
    expect(oneDay.diagnostics).toEqual([]);
  });

  it('has a digest over everything but itself, whatever the file looks like', () => {
    const { digest, ...rest } = read(text).roster!;
    expect(digest).toBe(tools.sha256(canonical(rest)));
    expect(readWith(['name: Ada Winter', 'name: "Ada Winter" # the first']).roster?.digest).toBe(digest);
    expect(readWith(['roles: [dba]', 'roles: [dba, network]']).roster?.digest).not.toBe(digest);
  });

  it('says every mistake at once, each where it was made', () => {
    const { diagnostics, roster } = readWith(
      ['muster: v1', 'muster: v2'],
      ['deputies: [grace]', 'deputies: [eve]'],
      ['roles: [dba]', 'rolls: [dba]'],
      ['until: 2026-07-14', 'until: July'],
      [`key: '${chat}'`, `key: '${ada}'`],
    );
    expect(roster).toBeUndefined();
    expect(diagnostics.map(inShort)).toEqual([
      'MUSTER_SCHEMA_CHOICE@1-9',
      'MUSTER_ROSTER_PERSON_UNKNOWN@12-16',
      'MUSTER_ROSTER_MOMENT@13-41',
      'MUSTER_SCHEMA_UNKNOWN_KEY@14-12',
      'MUSTER_ROSTER_KEY_TWICE@16-16',
    ]);
    expect(diagnostics.map(({ hint }) => hint)).toContain('Did you mean "roles"?');
  });

  it('does not report what follows from another mistake', () => {
    expect(codesOf(readWith(['people:', 'peple:']))).toEqual(['MUSTER_SCHEMA_UNKNOWN_KEY']);
    expect(codesOf(readWith(['  grace: { roles: [dba]', '  grace: { roles: dba']))).toEqual([
      'MUSTER_SCHEMA_WRONG_KIND',
    ]);
    expect(codesOf(readWith([`keys: ['${grace}']`, 'keys: [lost]']))).toEqual(['MUSTER_ROSTER_KEY']);
    expect(codesOf(read('- a list'))).toEqual(['MUSTER_SCHEMA_WRONG_KIND']);
  });

  it('with warnings is a roster', () => {
    const { roster, diagnostics } = readWith([`, keys: ['${grace}']`, ''], ['[chat, webhook]', '[chat]']);
    expect(roster?.people['grace']?.keys).toEqual([]);
    expect(diagnostics).toMatchObject([{ code: 'MUSTER_ROSTER_NO_PROOF', severity: 'warning' }]);
  });

  it('counts an identity as proof where an edge serves its channel', () => {
    const withSlack = readWith([`keys: ['${grace}']`, 'slack: T1/U1']);
    expect(withSlack.diagnostics).toEqual([]);
  });

  it('is read or refused, whatever the text', () => {
    const snippets = [
      '\n',
      '  ',
      ': ',
      '[',
      '}',
      '&a ',
      '*a',
      'people:',
      'constructor: {}',
      '__proto__: 1',
      'ada',
    ];
    const edit = fc.tuple(fc.nat(text.length), fc.nat(30), fc.constantFrom('', ...snippets));
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 4 }), (edits) => {
        const changed = edits.reduce(
          (all, [at, cut, put]) => all.slice(0, at) + put + all.slice(at + cut),
          text,
        );
        const { roster, diagnostics } = read(changed);
        expect(roster === undefined).toBe(diagnostics.some(({ severity }) => severity === 'error'));
      }),
      { numRuns: 300 },
    );
  });
});

describe('the JSON Schema of rosters', () => {
  const accepts = new Ajv({ strict: true, allowUnionTypes: true }).compile(rosterJsonSchema());

  it('is the one that is committed (npm run schema writes it)', () => {
    const committed: unknown = JSON.parse(readFileSync('runbooks/schema/roster-v1.schema.json', 'utf8'));
    expect(rosterJsonSchema()).toEqual(committed);
  });

  it('takes what an editor’s parser makes of a valid roster', () => {
    expect([accepts(parse(text)), accepts.errors]).toEqual([true, null]);
  });
});
