import { describe, expect, it } from '@jest/globals';
import { book, codesOf, inShort, read } from './book.ts';

const bombs: readonly (readonly [string, string, string])[] = [
  ['an alias bomb', aliasBomb(9), 'MUSTER_YAML_ALIAS'],
  ['20,000 brackets', '['.repeat(20_000), 'MUSTER_YAML_TOO_DEEP'],
  ['20,000 closed brackets', '['.repeat(20_000) + ']'.repeat(20_000), 'MUSTER_YAML_TOO_DEEP'],
  ['20,000 braces', '{a: '.repeat(20_000), 'MUSTER_YAML_TOO_DEEP'],
  ['20,000 dashes on one line', '- '.repeat(20_000), 'MUSTER_YAML_TOO_DEEP'],
  ['20,000 question marks', '? '.repeat(20_000), 'MUSTER_YAML_TOO_DEEP'],
  ['2,000 levels of indentation', staircase(2_000), 'MUSTER_YAML_TOO_DEEP'],
  ['more than 4 MB', 'x'.repeat(4 * 1024 * 1024 + 1), 'MUSTER_YAML_TOO_LARGE'],
  ['more than 4 MB in fewer characters', 'é'.repeat(2 * 1024 * 1024 + 1), 'MUSTER_YAML_TOO_LARGE'],
];

function aliasBomb(levels: number): string {
  const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x]'];
  for (let level = 1; level < levels; level++) {
    lines.push(`a${level}: &a${level} [${`*a${level - 1}, `.repeat(9)}]`);
  }
  return lines.join('\n');
}

function staircase(levels: number): string {
  return Array.from({ length: levels }, (_, level) => `${' '.repeat(level)}a:`).join('\n');
}

describe('the guards', () => {
  it.each(bombs)('refuse %s', (_, text, code) => {
    const { runbook, diagnostics } = read(text);
    expect(runbook).toBeUndefined();
    expect(diagnostics.map((one) => one.code)).toContain(code);
  });

  it('let 64 levels through and name the place of the 65th', () => {
    expect(codesOf(read('['.repeat(64) + ']'.repeat(64)))).not.toContain('MUSTER_YAML_TOO_DEEP');
    expect(read('a:\n  - ' + '['.repeat(63)).diagnostics.map(inShort)).toEqual(['MUSTER_YAML_TOO_DEEP@2-67']);
  });

  it('do not take brackets inside of a text for nesting', () => {
    const script = `text: |\n            ${'['.repeat(500)}\n`;
    expect(codesOf(read(book.replace("text: 'cp a b'", `text: "${'['.repeat(500)}"`)))).toEqual([]);
    expect(codesOf(read(`${script}`))).not.toContain('MUSTER_YAML_TOO_DEEP');
  });

  it('survive long lines', () => {
    const long = 'x'.repeat(1_000_000);
    expect(codesOf(read(book.replace('title: Database', `title: ${long}`)))).toEqual([]);
    expect(codesOf(read(`[${'a, '.repeat(20_000)}]`))).toEqual(['MUSTER_SCHEMA_WRONG_KIND']);
  });

  it('refuse many documents at the second one', () => {
    expect(read(`${book}${'---\n'.repeat(1_000)}`).diagnostics.map(({ code }) => code)).toEqual([
      'MUSTER_YAML_SECOND_DOCUMENT',
    ]);
  });

  it('refuse thousands of template blocks without parsing them', () => {
    const blocks = book.replace('backup/{{parameters.recoverTo}}', '{{#a}}'.repeat(20_000));
    expect(codesOf(read(blocks))).toEqual(['MUSTER_TEMPLATE_SYNTAX']);
    const plain = book.replace('backup/', '{{ target.name }}\\{{'.repeat(2_000));
    expect(codesOf(read(plain))).toEqual([]);
  });

  it('answer for long chains of needs', () => {
    const systems = Array.from({ length: 3_000 }, (_, n) => {
      const needs = n === 0 ? 'needs: []' : `needs: [a${n - 1}]`;
      const text = n === 0 ? 'x' : '{{systems.a0.steps.go.outputs.connection}}';
      return `  a${n}: { ${needs}, fence: { none: no }, recover: [{ step: go, use: restore, with: { from: '${text}' } }] }\n`;
    });
    const text = `muster: v1\nname: a\ntitle: A\nowner: b\nsites: { a: {} }\nsystems:\n${systems.join('')}`;
    expect(codesOf(read(text))).toEqual([]);
  });

  it('say of a file that is nothing but mistakes that there are too many', () => {
    const text = `muster: v1\nsystems:\n  x:\n    recover: [${'{}, '.repeat(80_000)}]`;
    expect(codesOf(read(text))).toEqual(['MUSTER_SCHEMA_TOO_MANY']);
  });

  it('do not drown anybody in diagnostics', () => {
    const { diagnostics } = read(
      `systems: {${Array.from({ length: 5_000 }, (_, n) => `S${n}: *x`).join(', ')}}`,
    );
    expect(diagnostics.length).toBeLessThanOrEqual(1_000);
  });
});
