import { describe, expect, it } from '@jest/globals';
import { catalogue } from '../../../actions/catalogue.ts';
import { forecast } from '../../../core/forecast.ts';
import { isDo, type Plan } from '../../../core/plan.ts';
import { compile, type CompileRequest } from '../../../language/compile/compile.ts';
import { readRunbook, type Reading } from '../../../language/read-runbook.ts';
import { sha256 } from '../../../record/sha256.ts';
import { minutes, now } from './build.ts';

type Files = Readonly<Record<string, string>>;

/** The shop of a team: two systems, a gate, 12 minutes and 5 for the decision. */
const shop = `muster: v1
name: shop
title: The shop
owner: team-shop
parameters:
  incident: { pattern: 'INC-[0-9]+' }
  recoverTo: { type: time, default: latest }
sites: { east: {}, west: {}, lab: { isolated: { network: private, cannotReach: ['127.0.0.1:1'] } } }
functions: { ordering: { objectives: { rto: 25m }, needs: [web] } }
systems:
  db:
    fence: { none: it is gone }
    recover: [{ step: restore, use: command, with: { argv: [restore, '{{parameters.recoverTo}}'] }, takes: 12m }]
    verify: [{ step: there, use: tcp.check, with: { address: 'localhost:1' }, takes: 0s }]
  web:
    needs: [go-live]
    fence: { none: it only answers }
    recover: [{ step: point, use: command, with: { argv: [point, '{{target.name}}'] }, touches: traffic, noReturn: true, takes: 0s }]
    verify: [{ step: there, use: tcp.check, with: { address: 'localhost:1' }, takes: 0s }]
gates: { go-live: { title: Send customers?, needs: [db], approve: anyone, rehearsal: auto } }
`;

const region = (input: string, more = '') => `muster: v1
name: region
title: The region is lost
owner: dr
parameters:
  ticket: { default: INC-7 }
  recoverTo: { type: time, default: latest }
sites: { east: {}, west: {}, lab: { isolated: { network: private, cannotReach: ['127.0.0.1:1'] } } }
functions: { selling: { objectives: { rto: 30m }, needs: [shop] } }
systems:
  shop:
    fence: { none: its own runbook fences }
    recover: [{ step: run, use: runbook, with: ${input}${more} }]
`;

const given = `{ file: ../shop/runbook.yaml, parameters: { incident: '{{parameters.ticket}}' } }`;

function read(files: Files, file = 'region/runbook.yaml'): Reading {
  const find = (one: string) => files[one] ?? { trouble: 'there is no such file' };
  return readRunbook({ text: files[file]!, file, find }, catalogue);
}

const withShop = (parent: string, child = shop): Files => ({
  'region/runbook.yaml': parent,
  'shop/runbook.yaml': child,
});

function compiled(files: Files, more: Partial<CompileRequest> = {}) {
  const { runbook, diagnostics } = read(files);
  if (!runbook) throw new Error(JSON.stringify(diagnostics, null, 1));
  const request = { catalogue, parameters: {}, mode: 'live', attended: true, now, sha256 } as const;
  return compile({ source: runbook, ...request, compressedSize: () => 0, ...more });
}

function planOf(files: Files, more: Partial<CompileRequest> = {}): Plan {
  const { plan, diagnostics } = compiled(files, more);
  if (!plan) throw new Error(JSON.stringify(diagnostics, null, 1));
  return plan;
}

const childOf = (plan: Plan): Plan => plan.children!['shop/1/recover/run']!;
const stepOf = (plan: Plan) => plan.nodes['shop']!.steps[0]!;
const argvOf = (plan: Plan, node: string) => {
  const step = plan.nodes[node]!.steps.find(({ phase }) => phase === 'recover')!;
  return isDo(step) ? step.do.with['argv'] : undefined;
};

/** `file:line:column CODE`. */
const inShort = ({ diagnostics }: Pick<Reading, 'diagnostics'>): string[] =>
  diagnostics.map(
    ({ code, position, in: elsewhere }) =>
      `${elsewhere?.file ?? 'here'}:${position?.line}:${position?.column} ${code}`,
  );

describe('the plan of a runbook that runs another', () => {
  it('holds the plan of that, for the same sites and with its parameters', () => {
    const plan = planOf(withShop(region(given)));
    expect(childOf(plan)).toMatchObject({
      runbook: { name: 'shop' },
      mode: 'live',
      from: { name: 'east' },
      to: { name: 'west' },
      parameters: { incident: 'INC-7', recoverTo: 'latest' },
    });
  });

  it('goes the other way with the one that runs it', () => {
    const plan = planOf(withShop(region(given)), { from: 'west', to: 'east' });
    expect(argvOf(childOf(plan), 'web')).toEqual(['point', 'east']);
  });

  it('brings all back to the same moment', () => {
    const parameters = { recoverTo: '2026-03-14T03:04:05Z' };
    const plan = planOf(withShop(region(given)), { parameters });
    expect(argvOf(childOf(plan), 'db')).toEqual(['restore', '2026-03-14T03:04:05.000Z']);
    const own = given.replace('incident:', `recoverTo: '2026-01-01T00:00:00Z', incident:`);
    expect(argvOf(childOf(planOf(withShop(region(own)), { parameters })), 'db')).toEqual([
      'restore',
      '2026-01-01T00:00:00Z',
    ]);
  });

  it('rehearses at the isolated site of the other runbook, whatever its live site is', () => {
    for (const input of [given, given.replace('file:', 'to: west, file:')]) {
      const plan = planOf(withShop(region(input)), { mode: 'rehearsal' });
      expect(childOf(plan)).toMatchObject({ mode: 'rehearsal', to: { name: 'lab' } });
    }
  });

  it('is reckoned with what the other takes, unless the step says so', () => {
    const plan = planOf(withShop(region(given)));
    expect(forecast(childOf(plan)).recovered).toBe(minutes(17));
    expect(stepOf(plan).takes).toBe(minutes(17));
    const said = planOf(withShop(region(given, ', takes: 5m')));
    expect(stepOf(said).takes).toBe(minutes(5));
    expect(said.weaknesses.map(({ text }) => text)).toContain(
      'shop, run: reckoned with 5m, but by its own plan shop takes 17m',
    );
  });

  it('has no way back where the other has none', () => {
    expect(stepOf(planOf(withShop(region(given)))).noReturn).toBe(true);
    const back = shop.replace(', noReturn: true', '');
    expect(stepOf(planOf(withShop(region(given), back))).noReturn).toBe(false);
  });

  it('says where the other does not fit into its budget, and what is weak about the other', () => {
    const texts = (child: string) =>
      planOf(withShop(region(given), child)).weaknesses.map(({ code, text }) => `${code} ${text}`);
    expect(texts(shop)).toContain('unfenced shop: db: its old copy is not fenced: it is gone');
    expect(texts(shop).join()).not.toContain('child-budget');
    expect(texts(shop.replace('12m', '40m'))).toContain(
      'child-budget shop: shop alone takes 45m, the objective here is 30m (RTO of selling)',
    );
    expect(texts(shop.replace('rto: 25m', 'rto: 50m'))).toContain(
      'child-budget shop: shop allows itself 50m (RTO of ordering), the objective here is 30m (RTO of selling)',
    );
  });

  it('has another digest when the other runbook is another', () => {
    const digest = (child: string) => planOf(withShop(region(given), child)).digest;
    expect(digest(shop)).toBe(digest(shop));
    expect(digest(shop)).not.toBe(digest(shop.replace('12m', '13m')));
    expect(digest(shop)).not.toBe(digest(`${shop}# a remark\n`));
  });

  it('refuses to hold what the other must hold', () => {
    const parent = region(given)
      .replace(/shop:\n {4}fence/, 'db:\n    fence')
      .replace('[shop]', '[db]');
    expect(compiled(withShop(parent)).diagnostics).toMatchObject([
      { code: 'MUSTER_PLAN_CHILD_CLAIMS', path: 'systems.db.recover[0].with.file' },
    ]);
  });

  it('asks between which sites it goes where they have other names', () => {
    const other = shop.replace('east: {}, west: {}', 'north: {}, south: {}');
    expect(compiled(withShop(region(given), other)).diagnostics).toMatchObject([
      { code: 'MUSTER_PLAN_SITE_UNCLEAR', path: 'systems.shop.recover[0].with' },
    ]);
    const said = planOf(withShop(region(given.replace('file:', 'to: south, file:')), other));
    expect(childOf(said)).toMatchObject({ from: { name: 'north' }, to: { name: 'south' } });
  });

  it('says in which file a value does not fit, and who gives it', () => {
    const parameters = { ticket: 'unknown' };
    expect(compiled(withShop(region(given)), { parameters }).diagnostics).toMatchObject([
      {
        code: 'MUSTER_PLAN_PARAMETER_VALUE',
        in: { file: 'shop/runbook.yaml' },
        hint: 'The step run of shop says it, in with: { parameters: … }.',
      },
    ]);
  });
});

describe('reading a runbook that runs another', () => {
  it('tells the mistakes of both, each with its file', () => {
    const parent = region(given, ', tekes: 1m');
    const files = withShop(parent, shop.replace('needs: [web]', 'needs: [wob]'));
    expect(inShort(read(files))).toEqual([
      'here:13:131 MUSTER_SCHEMA_UNKNOWN_KEY',
      'shop/runbook.yaml:9:60 MUSTER_REF_UNKNOWN',
    ]);
  });

  it('gives the line of the other file', () => {
    const files = withShop(region(given), shop.replace('needs: [web]', 'needs: [wob]'));
    expect(read(files).diagnostics[0]?.in?.line).toMatch(/^functions: .*wob/);
  });

  it.each([
    ['a file that is not there', `{ file: ../none.yaml }`, ['here:13:56 MUSTER_CHILD_UNREADABLE']],
    ['a parameter too few', `{ file: ../shop/runbook.yaml }`, ['here:13:48 MUSTER_CHILD_PARAMETER']],
    [
      'one that does not fit, one too many',
      `{ file: ../shop/runbook.yaml, parameters: { incident: 7, x: 1 } }`,
      ['here:13:102 MUSTER_CHILD_PARAMETER', 'here:13:105 MUSTER_CHILD_PARAMETER'],
    ],
    ['a site that is not there', given.replace('file:', 'to: wast, file:'), ['here:13:54 MUSTER_CHILD_SITE']],
    [
      'an output, which is not known yet',
      given.replace('parameters.ticket', 'steps.run.outputs.run'),
      ['here:13:103 MUSTER_TEMPLATE_NOT_HERE'],
    ],
    [
      'a template as the file',
      given.replace('../shop/runbook.yaml', `'{{parameters.ticket}}'`),
      ['here:13:57 MUSTER_TEMPLATE_NOT_HERE'],
    ],
  ])('refuses %s', (_, input, expected) => {
    expect(inShort(read(withShop(region(input))))).toEqual(expected);
  });

  it('prints a circle whole, and where it closes', () => {
    const files = withShop(
      region(given),
      shop.replace(
        /use: command, with: \{ argv: \[restore.*?\] \}/,
        'use: runbook, with: { file: ../region/runbook.yaml }',
      ),
    );
    const { diagnostics } = read(files);
    expect(diagnostics).toMatchObject([
      {
        code: 'MUSTER_CHILD_CYCLE',
        in: { file: 'shop/runbook.yaml' },
        summary:
          'These runbooks run each other in a circle: region/runbook.yaml > shop/runbook.yaml > region/runbook.yaml.',
      },
    ]);
  });

  it('refuses another runbook of the same name', () => {
    const files = withShop(region(given), shop.replace('name: shop', 'name: region'));
    expect(read(files).diagnostics).toMatchObject([
      {
        code: 'MUSTER_CHILD_CYCLE',
        summary: 'shop/runbook.yaml bears the name of region/runbook.yaml, which runs it: both are "region".',
      },
    ]);
  });

  it('goes three levels deep, and no more', () => {
    const level = (name: string, next: string) =>
      region(`{ file: ${next} }`).replace('name: region', `name: ${name}`);
    const last = shop.replace("{ pattern: 'INC-[0-9]+' }", '{ default: INC-1 }');
    const three = { 'region/runbook.yaml': level('a', 'b.yaml'), 'region/b.yaml': level('b', 'c.yaml') };
    expect(inShort(read({ ...three, 'region/c.yaml': last }))).toEqual([]);
    const four = { ...three, 'region/c.yaml': level('c', 'd.yaml'), 'region/d.yaml': last };
    expect(read(four).diagnostics).toMatchObject([
      { code: 'MUSTER_CHILD_DEPTH', in: { file: 'region/c.yaml' } },
    ]);
  });

  it('refuses to run another one anywhere but in recover', () => {
    const parent = region(given).replace(
      'fence: { none: its own runbook fences }',
      'fence: [{ step: stop, use: runbook, with: { file: ../shop/runbook.yaml, parameters: { incident: INC-1 } } }]',
    );
    expect(inShort(read(withShop(parent)))).toEqual(['here:12:32 MUSTER_CHILD_PLACE']);
  });
});
