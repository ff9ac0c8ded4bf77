import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { anyone } from '../../../core/ask.ts';
import { canonical } from '../../../core/canonical.ts';
import { isDo, type Plan } from '../../../core/plan.ts';
import { actsUndeclared } from '../../../core/undeclared.ts';
import { resolve } from '../../../core/value.ts';
import type { Runbook } from '../../../language/runbook.ts';
import { sha256 } from '../../../record/sha256.ts';
import { gate, planOf, runbook, step, system } from './build.ts';

const restore = step('restore', 'restore', { with: { to: '/x', port: '1' } });
const check = step('look', 'look');

/** Up to eight systems and gates between them; each stands on some of those before it. */
const books: fc.Arbitrary<Runbook> = fc
  .array(
    fc.record({
      gate: fc.boolean(),
      on: fc.array(fc.nat(), { maxLength: 3 }),
      wants: fc.array(fc.nat(), { maxLength: 1 }),
      fence: fc.constantFrom('steps', 'none'),
      prepare: fc.boolean(),
      cleanup: fc.boolean(),
    }),
    { maxLength: 8 },
  )
  .map((drawn) => {
    const book = {
      systems: {} as Record<string, ReturnType<typeof system>>,
      gates: {} as Record<string, ReturnType<typeof gate>>,
    };
    const names = drawn.map((one, at) => `${one.gate ? 'g' : 's'}${at}`);
    drawn.forEach((one, at) => {
      const pick = (picks: number[]) =>
        at === 0 ? [] : [...new Set(picks.map((number) => names[number % at]!))];
      const edges = { needs: pick(one.on), wants: pick(one.wants).filter((name) => name.startsWith('s')) };
      if (one.gate) book.gates[names[at]!] = gate(edges);
      else {
        book.systems[names[at]!] = system({
          ...edges,
          fence: one.fence === 'none' ? { none: 'x' } : [step('stop', 'stop', { with: { dir: '/x' } })],
          prepare: one.prepare ? [check] : [],
          recover: [restore],
          verify: [check],
          cleanup: one.cleanup ? [step('tidy', 'noop')] : [],
        });
      }
    });
    return runbook(book);
  });

/** Every node that must have come before, however indirectly. */
function behind(plan: Plan, id: string, seen = new Set<string>()): Set<string> {
  const node = plan.nodes[id]!;
  for (const other of [...node.needs, ...node.wants, ...node.after]) {
    if (!seen.has(other)) behind(plan, other, seen.add(other));
  }
  return seen;
}

describe('any runbook', () => {
  it('compiles to nodes of which each stands after all that it waits for', () => {
    fc.assert(
      fc.property(books, fc.constantFrom('live', 'rehearsal'), fc.boolean(), (book, mode, attended) => {
        const plan = planOf(book, { mode: mode as 'live', attended });
        const ids = Object.keys(plan.nodes);
        for (const node of Object.values(plan.nodes)) {
          for (const other of [...node.needs, ...node.wants, ...node.after]) {
            expect(ids.indexOf(other)).toBeLessThan(ids.indexOf(node.id));
            expect(ids).toContain(other);
          }
        }
        for (const [name, { needs }] of Object.entries({ ...book.systems, ...book.gates })) {
          expect(plan.nodes[name]!.needs).toEqual(expect.arrayContaining([...needs]));
        }
      }),
      { numRuns: 40 },
    );
  });

  it('live never answers an ask by itself and starts nothing beside an old copy', () => {
    fc.assert(
      fc.property(books, (book) => {
        const plan = planOf(book);
        expect(JSON.stringify(plan)).not.toContain('"auto"');
        for (const id of Object.keys(book.systems)) {
          const { needs, unfenced } = plan.nodes[id]!;
          expect(unfenced !== undefined || needs.includes(`${id}.fence`)).toBe(true);
        }
      }),
      { numRuns: 40 },
    );
  });

  it('that people declare runs nothing before but its prepare, and that touches nothing', () => {
    fc.assert(
      fc.property(books, (book) => {
        const plan = planOf({ ...book, declare: { by: anyone, not: [] } });
        expect(actsUndeclared(plan)).toEqual([]);
        const runs = Object.values(plan.nodes).filter(({ steps }) => steps.some(isDo));
        for (const { id } of runs.filter(({ kind }) => kind !== 'prepare'))
          expect([...behind(plan, id)]).toContain('declaration');
        const before = runs.filter(({ kind }) => kind === 'prepare').flatMap(({ steps }) => steps);
        expect(before.filter(({ touches }) => touches !== 'nothing')).toEqual([]);
      }),
      { numRuns: 40 },
    );
  });

  it('rehearsed touches nothing before its isolation is proved, and always ends with its clean-up', () => {
    fc.assert(
      fc.property(books, fc.boolean(), (book, attended) => {
        const plan = planOf(book, { mode: 'rehearsal', attended });
        const nodes = Object.values(plan.nodes).filter(
          ({ kind, steps }) => kind !== 'run' && steps.length > 0,
        );
        for (const { id } of nodes) expect([...behind(plan, 'run.cleanup')]).toContain(id);
        for (const { id } of nodes.filter(({ steps }) => steps.some(isDo))) {
          expect([...behind(plan, id)]).toContain('run.isolation');
        }
      }),
      { numRuns: 40 },
    );
  });

  it('gives the same digest for the same words, and the digest is that of the plan', () => {
    fc.assert(
      fc.property(books, (book) => {
        const plan = planOf(book);
        const again = planOf(JSON.parse(JSON.stringify(book)) as Runbook);
        expect(again.digest).toBe(plan.digest);
        const stored = JSON.parse(JSON.stringify(plan)) as Plan;
        expect(sha256(canonical({ ...stored, digest: undefined, compiledAt: undefined }))).toBe(plan.digest);
      }),
      { numRuns: 40 },
    );
  });
});

describe('the value of a parameter', () => {
  const nasty = fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc.constantFrom('{{run.id}}', '"\'`', '$(reboot)', 'a\nb\r\n', '-rf', '\\{{x}}', '{{{{raw}}}}', '\u0000'),
    fc.string({ unit: fc.constantFrom('{{', '}}', 'run.id', 'x', '\\', '\n', '"') }),
  );
  const say = (text: string) =>
    runbook({
      parameters: { p: { type: 'string' } },
      systems: { s: system({ external: true, verify: [step('say', 'say', { with: { text } })] }) },
    });
  const textOf = (plan: Plan) =>
    plan.nodes['s']!.steps.flatMap((one) => (isDo(one) ? [one.do.with['text']!] : []))[0]!;

  it('arrives as it is', () => {
    fc.assert(
      fc.property(nasty, (p) => {
        expect(textOf(planOf(say('{{parameters.p}}'), { parameters: { p } }))).toBe(p);
      }),
    );
  });

  it('is one part of text between references, and stays text when those are filled in', () => {
    fc.assert(
      fc.property(nasty, (p) => {
        const value = textOf(planOf(say('{{run.id}}<{{parameters.p}}>{{run.token}}'), { parameters: { p } }));
        expect(value).toEqual({
          $parts: [
            { ref: { from: 'run', field: 'id' } },
            { text: `<${p}>` },
            { ref: { from: 'run', field: 'token' } },
          ],
        });
        expect(resolve(value, { 'run.id': '{{x}}', 'run.token': 't' })).toBe(`{{x}}<${p}>t`);
      }),
    );
  });
});
