import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { codes } from '../../core/diagnostics/codes.ts';
import { book, read } from './book.ts';

/** What makes YAML, templates and the language mean something else. */
const snippets = [
  ...[
    '\n',
    '  ',
    '\t',
    ':',
    ': ',
    '- ',
    '? ',
    '[',
    ']',
    '{',
    '}',
    ',',
    '#',
    '&a ',
    '*a',
    '!t ',
    '!!',
    '|',
    '>',
    '"',
    "'",
  ],
  ...[
    '---\n',
    '...\n',
    '%YAML 1.1\n',
    '<<: ',
    '\\',
    '\0',
    '\u{1f600}',
    '\ud800',
    '\ufeff',
    '~',
    'null',
    'true',
    '0',
    '-1',
  ],
  ...[
    '{{',
    '}}',
    '{{x}}',
    '{{steps.',
    '{{#if a}}',
    '{{{a}}}',
    '{{target.vars.port}}',
    '{{systems.db.steps.restore.outputs.x}}',
  ],
  ...[
    'needs: [db]',
    'gate: go-live',
    '__proto__: 1',
    'constructor',
    'recover: []',
    'use: query',
    'only: { mode: live }',
  ],
  ...[
    'db',
    'files',
    'traffic',
    'go-live',
    'external: true',
    'fence: { by: traffic }',
    '99999999999999999999s',
    'P1Y',
  ],
];

interface Edit {
  readonly at: number;
  readonly cut: number;
  readonly put: string;
}

const edit: fc.Arbitrary<Edit> = fc.record({
  at: fc.nat(book.length),
  cut: fc.oneof({ arbitrary: fc.nat(8), weight: 4 }, { arbitrary: fc.nat(400), weight: 1 }),
  put: fc.oneof(fc.constantFrom(...snippets), fc.constant(''), fc.string({ maxLength: 6, unit: 'binary' })),
});

const line = book.split('\n');
const shuffled = fc
  .tuple(fc.nat(line.length - 1), fc.nat(line.length - 1))
  .map(([from, to]) => line.toSpliced(to, 0, line[from]!).join('\n'));

const mutated = fc.oneof(
  fc
    .array(edit, { minLength: 1, maxLength: 4 })
    .map((edits) =>
      edits.reduce((text, { at, cut, put }) => text.slice(0, at) + put + text.slice(at + cut), book),
    ),
  shuffled,
  fc.array(fc.constantFrom(...snippets), { maxLength: 40 }).map((parts) => parts.join('')),
);

describe('any text at all', () => {
  it('is read or refused with known codes at places in the file, and never throws', () => {
    fc.assert(
      fc.property(mutated, (text) => {
        const { runbook, diagnostics } = read(text);
        expect(runbook === undefined).toBe(diagnostics.length > 0);
        const lines = text.split('\n');
        for (const { code, position, summary, hint, path } of diagnostics) {
          expect(codes).toHaveProperty(code);
          expect([summary, hint, path].map((words) => typeof words)).toEqual(['string', 'string', 'string']);
          expect(position!.line).toBeGreaterThanOrEqual(1);
          expect(position!.line).toBeLessThanOrEqual(lines.length);
          expect(position!.column).toBeGreaterThanOrEqual(1);
          expect(position!.column).toBeLessThanOrEqual(lines[position!.line - 1]!.length + 1);
        }
      }),
      { numRuns: 400 },
    );
  });
});
