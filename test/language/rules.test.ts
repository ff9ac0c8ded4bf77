import { describe, expect, it } from '@jest/globals';
import { readRunbook } from '../../language/read-runbook.ts';
import { makeRoster, member } from '../core/run/make-roster.ts';
import { book, codesOf, inShort, read, readWith } from './book.ts';
import { catalogue } from './catalogue.ts';

const head = `muster: v1
name: a
title: A
owner: me
sites: { one: { vars: { x: 1 } }, two: { vars: { x: 2 } } }
`;
const recover = 'recover: [{ step: go, use: shell, with: { text: x } }]';
const free = `fence: { none: nothing writes }, ${recover}`;
const grave = (more: string) =>
  `recover: [{ step: go, use: shell, with: { text: x }, touches: traffic${more} }]`;
const gate = 'title: Go on?, approve: anyone';

/** A runbook of systems and gates, each written as the inside of a map. */
function rules(systems: Record<string, string>, gates: Record<string, string> = {}) {
  const section = (title: string, entries: Record<string, string>) =>
    Object.keys(entries).length === 0
      ? ''
      : `${title}:\n${Object.entries(entries)
          .map(([name, text]) => `  ${name}: { ${text} }\n`)
          .join('')}`;
  return codesOf(read(head + section('systems', systems) + section('gates', gates)));
}

describe('steps behind gates', () => {
  const fence = 'fence: { none: nothing writes }';
  it('may stand behind a gate that their system needs, or that something it needs needs', () => {
    expect(rules({ a: `needs: [g], ${fence}, ${grave('')}` }, { g: gate })).toEqual([]);
    expect(rules({ a: `needs: [b], ${fence}, ${grave('')}`, b: `needs: [g], ${free}` }, { g: gate })).toEqual(
      [],
    );
  });

  it('may have a gate of their own, which holds the steps behind them, too', () => {
    expect(rules({ a: `${fence}, ${grave(', gate: g')}` }, { g: gate })).toEqual([]);
    const two = `recover: [{ step: one, use: shell, with: { text: x }, gate: g }, { step: two, use: shell, with: { text: x }, noReturn: true }]`;
    expect(rules({ a: `${fence}, ${two}` }, { g: gate })).toEqual([]);
  });

  it('are held by the gate of an earlier step of the same kinds of run only', () => {
    expect(rules({ a: `${fence}, ${grave('')}` })).toEqual(['MUSTER_STEP_NO_GATE']);
    const verified = `${fence}, recover: [{ step: one, use: shell, with: { text: x }, gate: g }], verify: [{ step: two, use: ping, touches: traffic }]`;
    expect(rules({ a: verified }, { g: gate })).toEqual([]);
    const rehearsed = verified.replace('gate: g', 'gate: g, only: { mode: live }');
    expect(rules({ a: rehearsed }, { g: gate })).toEqual(['MUSTER_STEP_NO_GATE']);
  });

  it('of a fence wait for gates that the system names itself', () => {
    const fenced = `fence: [{ step: stop, use: shell, with: { text: x }, noReturn: true }], ${recover}`;
    expect(rules({ a: `needs: [g], ${fenced}` }, { g: gate })).toEqual([]);
    expect(rules({ a: `needs: [b], ${fenced}`, b: `needs: [g], ${free}` }, { g: gate })).toEqual([
      'MUSTER_STEP_NO_GATE',
    ]);
  });
});

describe('fences', () => {
  const steps = 'fence: [{ step: stop, use: shell, with: { text: x } }]';
  it('may be another system’s, over several hands, if somebody has steps', () => {
    expect(
      rules({
        a: `fence: { by: b }, ${recover}`,
        b: `fence: { by: c }, ${recover}`,
        c: `${steps}, ${recover}`,
      }),
    ).toEqual([]);
    expect(rules({ a: `fence: { by: b }, ${recover}`, b: `fence: { by: a }, ${recover}` })).toEqual([
      'MUSTER_FENCE_BY_NOTHING',
      'MUSTER_FENCE_BY_NOTHING',
    ]);
  });

  it('are not asked for where there is one site, or where nothing is written', () => {
    expect(
      codesOf(read(`${head.replace(', two: { vars: { x: 2 } }', '')}systems: { a: { ${recover} } }`)),
    ).toEqual([]);
    expect(rules({ a: 'recover: [{ step: look, use: ping, touches: nothing }]' })).toEqual([]);
  });

  it('make a circle with the gates that they wait for', () => {
    const codes = rules(
      { a: `fence: { by: b }, ${recover}`, b: `needs: [g], ${steps}, ${recover}` },
      { g: `needs: [a], ${gate}` },
    );
    expect(codes).toEqual(['MUSTER_REF_CYCLE']);
  });
});

describe('circles', () => {
  it('are printed whole from their smallest name, each once', () => {
    const text = `${head}systems:
  c: { needs: [b], ${free} }
  b: { wants: [a], ${free} }
  a: { needs: [g], ${free} }
  x: { needs: [y], ${free} }
  y: { needs: [x], ${free} }
gates:
  g: { needs: [c], ${gate} }
`;
    expect(read(text).diagnostics.map(({ summary }) => summary)).toEqual([
      'Each of these waits for the one before it: a > b > c > g > a.',
      'Each of these waits for the one before it: x > y > x.',
    ]);
  });
});

describe('objectives', () => {
  it('of a need count through gates and through systems without any', () => {
    const objectives = (rto: string) => `objectives: { rto: ${rto} }`;
    expect(
      rules(
        {
          a: `${objectives('10m')}, needs: [g], ${free}`,
          b: `needs: [c], ${free}`,
          c: `${objectives('20m')}, ${free}`,
        },
        { g: `needs: [b], ${gate}` },
      ),
    ).toEqual(['MUSTER_OBJECTIVE_RTO']);
    expect(
      rules({ a: `${objectives('20m')}, needs: [c], ${free}`, c: `${objectives('20m')}, ${free}` }),
    ).toEqual([]);
  });
});

describe('templates', () => {
  it.each([
    ['a literal', "text: '{{.Names}}'"],
    ['no known root', "text: '{{ .Values.x }} {{#each a}}'"],
  ])('do not bind a text that is taken letter by letter: %s', (_, text) => {
    expect(codesOf(readWith(["text: 'cp a b'", text]))).toEqual([]);
  });

  it.each([
    ['{{target.name}} {{target.vars.port}} {{parameters.incident}}', []],
    ['{{run.id}} {{run.token}}', []],
    ['{{run.name}}', ['MUSTER_TEMPLATE_UNKNOWN']],
    ['{{parameters}}', ['MUSTER_TEMPLATE_UNKNOWN']],
    ['{{steps.restore.connection}}', ['MUSTER_TEMPLATE_UNKNOWN']],
    ['{{steps.restore.outputs.connection}}', ['MUSTER_TEMPLATE_ORDER']],
    ['{{systems.identity.steps.login.outputs.x}}', ['MUSTER_TEMPLATE_UNKNOWN']],
    ['{{systems.files.steps.copy.outputs.x}}', ['MUSTER_TEMPLATE_ORDER']],
    ['{{systems.nobody.steps.copy.outputs.x}}', ['MUSTER_TEMPLATE_UNKNOWN']],
    ['{{target.vars.port', ['MUSTER_TEMPLATE_SYNTAX']],
    ['{{{target.vars.port}}}', ['MUSTER_TEMPLATE_SYNTAX']],
    ['\\{{target.vars.port}}', []],
    [
      '{{source.name}}{{point.id}}{{nope}}',
      ['MUSTER_TEMPLATE_SOURCE', 'MUSTER_TEMPLATE_NOT_YET', 'MUSTER_TEMPLATE_UNKNOWN'],
    ],
  ])('%s in a step of recover', (template, codes) => {
    expect(codesOf(readWith(["'backup/{{parameters.recoverTo}}'", `'${template}'`]))).toEqual(codes);
  });

  it.each([
    ['{{gates.cut.answers.window}}', {}, []],
    ['{{gates.cut.answers.nope}}', {}, ['MUSTER_TEMPLATE_UNKNOWN']],
    ['{{gates.cut.window}}', {}, ['MUSTER_TEMPLATE_UNKNOWN']],
    ['{{gates.nobody.answers.window}}', {}, ['MUSTER_TEMPLATE_UNKNOWN']],
    ['{{gates.cut.answers.note}}', {}, ['MUSTER_TEMPLATE_ORDER']],
    ['{{gates.cut.answers.window}}', { needs: '[]' }, ['MUSTER_TEMPLATE_ORDER']],
    ['{{gates.cut.answers.window}}', { phase: 'prepare' }, ['MUSTER_TEMPLATE_ORDER']],
    ['{{gates.cut.answers.window}}', { own: true }, []],
    ['{{gates.cut.answers.window}}', { rehearsal: 'auto' }, ['MUSTER_TEMPLATE_MODE']],
    ['{{gates.cut.answers.window}}', { rehearsal: 'auto', only: true }, []],
  ])('%s of a gate, %j', (template, { needs = '[cut]', phase, own, rehearsal, only }: Behind, codes) => {
    const here = `{ step: use, use: command, with: { argv: [x, '${template}'] }${only ? ', only: { mode: live }' : ''} }`;
    const plain = '{ step: plain, use: command, with: { argv: [x] } }';
    const gated = '{ step: gated, use: command, gate: cut, with: { argv: [x] } }';
    const text = `
muster: v1
name: book
title: T
owner: o
sites: { a: {}, b: {} }
systems:
  one:
    needs: ${own ? '[]' : needs}
    fence: { none: why not }
    prepare: [${phase === 'prepare' ? here : ''}]
    recover: [${own ? `${gated}, ` : ''}${phase === 'prepare' ? plain : here}]
    verify: [{ step: up, use: tcp.check, with: { address: 'localhost:1' } }]
  two:
    needs: ${own ? '[]' : '[cut]'}
    fence: { none: why not }
    recover: [${plain}]
    verify: [{ step: up, use: tcp.check, with: { address: 'localhost:1' } }]
gates:
  cut:
    title: Cut over?
    approve: anyone
    rehearsal: ${rehearsal ?? 'leave-out'}
    answers: { window: { type: choice, choices: [now, tonight] }, note: { type: string, optional: true } }
`;
    expect(codesOf(read(text)).filter((code) => code.startsWith('MUSTER_TEMPLATE'))).toEqual(codes);
  });

  it('may look at the source in a fence and in steps of live runs only', () => {
    expect(
      codesOf(
        readWith(["equals: '{{target.name}}' } }", "equals: '{{source.name}}' }, only: { mode: live } }"]),
      ),
    ).toEqual([]);
    expect(codesOf(readWith(["equals: '{{target.name}}' }", "equals: '{{source.name}}' }"]))).toEqual([
      'MUSTER_TEMPLATE_SOURCE',
    ]);
    expect(codesOf(readWith(["'Send customers to {{target.name}}?'", "'From {{source.name}}?'"]))).toEqual([
      'MUSTER_TEMPLATE_SOURCE',
    ]);
  });

  it('may hold in what people are asked only what is known before the run', () => {
    expect(codesOf(readWith(['Look at it,', "'At {{target.vars.port}}',"]))).toEqual([]);
    expect(codesOf(readWith(['Look at it,', "'{{steps.restore.outputs.connection}}',"]))).toEqual([
      'MUSTER_TEMPLATE_NOT_HERE',
    ]);
  });

  it('demand a variable only of sites that can play the part', () => {
    const without = ['vars: { port: 7432, name: 1.10 }', 'vars: { name: x }'] as const;
    expect(codesOf(readWith(without))).toEqual(['MUSTER_TEMPLATE_SITE']);
    expect(
      codesOf(
        readWith(
          without,
          ['noReturn: true', 'noReturn: true'],
          [
            "port: '{{target.vars.port}}' }\n        takes",
            "port: '{{target.vars.port}}' }\n        only: { mode: live }\n        takes",
          ],
          ["'{{steps.restore.outputs.connection}}'", 'x'],
          ["'{{systems.db.steps.restore.outputs.connection}}'", 'x'],
        ),
      ),
    ).toEqual([]);
  });
});

describe('what an action takes', () => {
  it('is checked below with:, at the line of the value', () => {
    const { diagnostics } = readWith([
      "connection: '{{steps.restore.outputs.connection}}' }\n",
      'connection: x, rows: [a, { b: c }] }\n',
    ]);
    expect(diagnostics.map(inShort)).toEqual(['MUSTER_SCHEMA_WRONG_KIND@35-42']);
    expect(diagnostics[0]!.path).toBe('systems.db.verify[0].with.rows[1]');
  });

  it('is not checked where a template stands, only whether the key is there', () => {
    expect(codesOf(readWith(["port: '{{target.vars.port}}'", 'port: x']))).toEqual(['MUSTER_ACTION_INPUT']);
    expect(codesOf(readWith(["port: '{{target.vars.port}}'", "ports: '{{target.vars.port}}'"]))).toEqual([
      'MUSTER_SCHEMA_UNKNOWN_KEY',
    ]);
  });
});

describe('seats', () => {
  const roster = makeRoster({
    ada: member(['dba', 'commander-in-chief']),
    bob: member(['network'], { absent: [{ from: 0, until: 100 }], deputies: ['cid'] }),
    cid: member(['intern']),
    dee: member(['guest']),
  });
  const withRoster = (attest: string, at = 1_000) =>
    codesOf(
      readRunbook({ text: book.replace('attest: anyone', attest), file: 'book.yaml' }, catalogue, {
        roster,
        at,
      }),
    );

  it('need no roster to be written down, but nobody is excluded who cannot be', () => {
    expect(codesOf(readWith(['attest: anyone', 'attest: { by: [{ role: dba }] }']))).toEqual([]);
    const excluded = 'attest: { by: [{ role: anyone }], not: [dba] }';
    expect(codesOf(readWith(['attest: anyone', excluded]))).toEqual(['MUSTER_APPROVAL_NOT']);
  });

  it.each([
    ['attest: { by: [{ role: dba }, { role: [network, dba] }] }', []],
    ['attest: { by: [{ role: dbas }] }', ['MUSTER_APPROVAL_ROLE']],
    ['attest: { by: [{ role: dba, count: 2 }] }', ['MUSTER_APPROVAL_PEOPLE']],
    ['attest: { by: [{ role: anyone, count: 3 }] }', []],
    ['attest: { by: [{ role: anyone, count: 4 }], not: [starter] }', ['MUSTER_APPROVAL_PEOPLE']],
    ['attest: { by: [{ role: dba }], not: [starter] }', []],
  ])('of %s are held against the people of a roster', (attest, found) => {
    expect(withRoster(attest)).toEqual(found);
  });

  it('of those who are absent are filled by their deputies', () => {
    expect(withRoster('attest: { by: [{ role: network }, { role: intern }] }')).toEqual([]);
    expect(withRoster('attest: { by: [{ role: network }] }', 50)).toEqual([]);
    expect(withRoster('attest: { by: [{ role: network }, { role: intern }] }', 50)).toEqual([
      'MUSTER_APPROVAL_PEOPLE',
    ]);
  });
});

it('has a book without a mistake to start from', () => {
  expect(read(book).diagnostics).toEqual([]);
});

describe('what is expected', () => {
  const expecting = (expect: string) =>
    rules({
      a: `${free}, verify: [{ step: count, use: query, with: { connection: c }, expect: { ${expect} } }]`,
    });

  it.each([
    'rows: many',
    'rows: [3, many]',
    'rows: { atLeast: many }',
    "rows: { equals: '' }",
    'atLeast: many',
  ])('can be found, unlike in { %s }', (expected) => {
    expect(expecting(expected)).toEqual(['MUSTER_CHECK_EXPECT']);
  });

  it.each([
    'rows: 3',
    'rows: [3, 4]',
    'rows: { atMost: 1e3 }',
    "rows: '{{target.vars.x}}'",
    'rows: { contains: 4 }',
    'equals: many',
  ])('is known by the run alone, or fits, as in { %s }', (expected) => {
    expect(expecting(expected)).toEqual([]);
  });
});

describe('what follows from a mistake', () => {
  it('is not reported beside it: no gate before what waits for itself', () => {
    const circle = rules(
      { a: `needs: [g], fence: { none: nothing writes }, ${grave('')}` },
      { g: `${gate}, needs: [a]` },
    );
    expect(circle).toEqual(['MUSTER_REF_CYCLE']);
  });

  it('is not reported beside it: a gate that nothing waits for because its name is misspelt', () => {
    const misspelt = `fence: { none: nothing writes }, ${grave(', gate: go-lvie')}`;
    expect(rules({ a: misspelt }, { 'go-live': gate })).toEqual(['MUSTER_REF_UNKNOWN']);
  });
});

/** How a step stands to the gate whose answers it refers to. */
interface Behind {
  readonly needs?: string;
  readonly phase?: string;
  readonly own?: boolean;
  readonly rehearsal?: string;
  readonly only?: boolean;
}

describe('a written password', () => {
  const having = (text: string) =>
    rules({
      a: `fence: { none: nothing writes }, recover: [{ step: go, use: shell, with: { text: '${text}' } }]`,
    });

  it.each(['https://u:pw@host/', 'x postgresql://app:p%40@[::1]:5432/d', 'redis://:pw@host'])(
    'is found in %s',
    (text) => {
      expect(having(text)).toEqual(['MUSTER_SECRET_WRITTEN']);
    },
  );

  it.each([
    'https://u@host/',
    'https://host:443/a@b',
    'https://u:$PW@host',
    'host:22',
    'https://host/?a=b:c@d',
  ])('is none in %s', (text) => {
    expect(having(text)).toEqual([]);
  });

  const under = (name: string, value: string) => {
    const step = `{ step: go, use: http.request, with: { json: { deep: { ${name}: '${value}' } } } }`;
    const found = rules({ a: `fence: { none: nothing writes }, recover: [${step}]` });
    return found.filter((code) => code === 'MUSTER_SECRET_WRITTEN').length;
  };

  it.each([
    ...[
      'password',
      'PGPASSWORD',
      'RESTIC_PASSWORD',
      'cipherPass',
      'passphrase',
      'client-secret',
      'VAULT_TOKEN',
    ],
    ...['api_key', 'X-Api-Key', 'apiKey', 'AWS_SECRET_ACCESS_KEY', 'authorization', 'MYSQL_PWD'],
  ])('is found under the name %s, unless a reference or one template is all there is', (name) => {
    for (const value of ['Bearer x', 'x env:NAME', 'x{{run.id}}', '{{run.id}}{{run.token}}'])
      expect([value, under(name, value)]).toEqual([value, 1]);
    for (const value of ['env:NAME', 'file:/run/x', 'exec:[a]', 'vault:a/data/b#c', '{{run.id}}', '', 'true'])
      expect([value, under(name, value)]).toEqual([value, 0]);
  });

  it.each([
    'RESTIC_PASSWORD_FILE',
    'AWS_ACCESS_KEY_ID',
    'keyHeader',
    'key',
    'keys',
    'monkey',
    'PWD',
    'author',
  ])('is none under the name %s', (name) => {
    expect(under(name, 'plain')).toBe(0);
  });

  it('is looked for in a time that grows with the text only', () => {
    expect(having('a.'.repeat(50_000) + 'a://'.repeat(50_000))).toEqual([]);
  });
});
