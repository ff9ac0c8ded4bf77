import { describe, expect, it } from '@jest/globals';
import { compile } from '../../../language/compile/compile.ts';
import type { ParameterDeclaration } from '../../../language/runbook.ts';
import { planOf, request, runbook, step, system, wrongs } from './build.ts';

const systems = { s: system({ external: true, verify: [step('look', 'look')] }) };

describe('the parameters of a plan', () => {
  const wrong = (declaration: ParameterDeclaration, ...given: string[]) =>
    wrongs(
      runbook({ systems, parameters: { p: declaration } }),
      given.length > 0 ? { parameters: { p: given[0]! } } : {},
    );

  it('are given, or have a default', () => {
    expect(wrong({ type: 'string' })).toEqual(['MUSTER_PLAN_PARAMETER_MISSING parameters.p']);
    expect(wrong({ type: 'string', default: '' })).toEqual([]);
    expect(wrong({ type: 'string' }, '')).toEqual([]);
  });

  it('are declared; a near miss is named', () => {
    const book = runbook({ systems, parameters: { recoverTo: { type: 'time', default: 'latest' } } });
    const { diagnostics } = compile(request(book, { parameters: { recoverto: 'latest', constructor: 'x' } }));
    expect(diagnostics.map(({ code, path }) => `${code} ${path}`)).toEqual([
      'MUSTER_PLAN_PARAMETER_UNKNOWN parameters.recoverto',
      'MUSTER_PLAN_PARAMETER_UNKNOWN parameters.constructor',
    ]);
    expect(diagnostics[0]!.hint).toContain('Did you mean recoverTo?');
  });

  it.each([
    ['string', 'anything\n$(x) {{y}}', true],
    ['number', '1.10', true],
    ['number', '-3', true],
    ['number', '1e9', false],
    ['number', ' 1', false],
    ['boolean', 'true', true],
    ['boolean', 'yes', false],
    ['time', 'latest', true],
    ['time', '2026-03-14T03:04:05Z', true],
    ['time', '2026-03-14T03:04:05.250+01:00', true],
    ['time', '2026-03-14T03:04:05', false],
    ['time', '2026-02-30T03:04:05Z', false],
    ['time', '2026-03-14', false],
    ['time', 'now', false],
  ] as const)('of type %s can be %j: %s', (type, given, fits) => {
    expect(wrong({ type }, given)).toEqual(fits ? [] : ['MUSTER_PLAN_PARAMETER_VALUE parameters.p']);
  });

  it('match their pattern as a whole, and are one of their choices', () => {
    const incident = { type: 'string', pattern: 'INC-[0-9]+|X' } as const;
    expect(wrong(incident, 'INC-4711')).toEqual([]);
    expect(wrong(incident, 'INC-4711; rm')).toHaveLength(1);
    expect(wrong(incident, 'aX')).toHaveLength(1);
    expect(wrong({ type: 'string', choices: ['a', 'b'] }, 'b')).toEqual([]);
    expect(wrong({ type: 'string', choices: ['a', 'b'] }, 'c')).toHaveLength(1);
  });

  it('stand in the plan with their type', () => {
    const parameters = {
      n: { type: 'number', default: '1.10' },
      b: { type: 'boolean', default: 'false' },
      t: { type: 'time', default: 'latest' },
    } as const;
    expect(planOf(runbook({ systems, parameters })).parameters).toEqual({ n: 1.1, b: false, t: 'latest' });
  });
});

describe('the sites of a plan', () => {
  const site = (isolated = false) => ({
    vars: {},
    enter: [],
    ...(isolated && { isolated: { cannotReach: [], declared: true } }),
  });
  const ends = (names: Record<string, boolean>, more: Partial<Parameters<typeof request>[1]> = {}) => {
    const sites = Object.fromEntries(Object.entries(names).map(([name, isolated]) => [name, site(isolated)]));
    const { plan, diagnostics } = compile(request(runbook({ systems, sites }), more));
    return plan ? `${plan.from.name} > ${plan.to.name}` : diagnostics.map(({ code }) => code).join(' ');
  };
  const two = { a: false, b: false, cell: true };

  it('of a live run are the two that are not isolated, in their order', () => {
    expect(ends(two)).toBe('a > b');
    expect(ends({ cell: true, b: false, a: false })).toBe('b > a');
    expect(ends(two, { from: 'b' })).toBe('b > a');
    expect(ends(two, { to: 'a' })).toBe('b > a');
    expect(ends(two, { from: 'a', to: 'a' })).toBe('a > a');
    expect(ends({ a: false })).toBe('a > a');
  });

  it('of a live run are said where there is a choice', () => {
    const three = { ...two, c: false };
    expect(ends(three)).toBe('MUSTER_PLAN_SITE_UNCLEAR MUSTER_PLAN_SITE_UNCLEAR');
    expect(ends(three, { from: 'a' })).toBe('MUSTER_PLAN_SITE_UNCLEAR');
    expect(ends(three, { from: 'a', to: 'c' })).toBe('a > c');
    expect(ends({ cell: true })).toBe('MUSTER_PLAN_SITE_UNCLEAR MUSTER_PLAN_SITE_UNCLEAR');
  });

  it('of a live run are never isolated', () => {
    expect(ends(two, { to: 'cell' })).toBe('MUSTER_PLAN_SITE_UNFIT');
    expect(ends(two, { from: 'cell' })).toBe('MUSTER_PLAN_SITE_UNFIT');
  });

  it('of a rehearsal end at an isolated one', () => {
    const mode = 'rehearsal';
    expect(ends(two, { mode })).toBe('a > cell');
    expect(ends(two, { mode, to: 'b' })).toBe('MUSTER_PLAN_SITE_UNFIT');
    expect(ends(two, { mode, from: 'cell' })).toBe('MUSTER_PLAN_SITE_UNFIT');
    expect(ends({ ...two, cave: true }, { mode })).toBe('MUSTER_PLAN_SITE_UNCLEAR');
    expect(ends({ ...two, cave: true }, { mode, to: 'cave' })).toBe('a > cave');
    expect(ends({ cell: true }, { mode })).toBe('MUSTER_PLAN_SITE_UNCLEAR');
  });

  it('exist', () => {
    const { diagnostics } = compile(request(runbook({ systems }), { to: 'cel', from: 'b' }));
    expect(diagnostics).toMatchObject([{ code: 'MUSTER_PLAN_SITE_UNKNOWN', path: 'sites' }]);
    expect(diagnostics[0]!.hint).toContain('Did you mean cell?');
  });
});
