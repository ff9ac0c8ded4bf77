import { execFileSync } from 'node:child_process';
import { describe, expect, it } from '@jest/globals';
import { displayWidth } from '../../faces/cli/live/width.ts';
import { foldCommand, shellWord, typed } from '../../faces/cli/typed.ts';

/** What a shell makes of the words behind `muster`. */
const wordsOf = (line: string) =>
  execFileSync('sh', ['-c', `muster() { printf '[%s]' "$@"; }\n${line}`], { encoding: 'utf8' });

describe('commands that people copy', () => {
  it.each([
    'orders-db/1/recover/restore?failed#1',
    'my runbook.yaml',
    '*',
    "it's",
    '$(reboot)',
    'a;b&c|d',
    '~',
    '"x"',
    '',
    '#1',
    'back\\slash',
  ])('keep %s one word', (word) => {
    expect(wordsOf(typed`muster retry ${word} shop`)).toBe(`[retry][${word}][shop]`);
  });

  it('leave alone what needs no quotes', () => {
    expect(typed`muster watch ${'shop-20261121-031258-a1b2c3'}`).toBe(
      'muster watch shop-20261121-031258-a1b2c3',
    );
    expect(shellWord('/tmp/my-books/shop.yaml')).toBe('/tmp/my-books/shop.yaml');
  });

  it('are broken so that the shell puts them together again', () => {
    const gate = "ann's db/1/recover/restore?failed#1";
    const command = typed`muster approve ${gate} shop --answer readers=x --answer window=now --reason "looked at it"`;
    const lines = foldCommand(command, 60);
    expect(lines.length).toBeGreaterThan(1);
    for (const line of lines) expect(displayWidth(line)).toBeLessThanOrEqual(60);
    expect(wordsOf(lines.join('\n'))).toBe(wordsOf(command));
  });
});
