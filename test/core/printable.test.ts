import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { printable, shorten } from '../../core/printable.ts';

describe('text from elsewhere', () => {
  it.each([
    ['colours', '\u001b[31mred\u001b[0m', 'red'],
    ['a title for the window', '\u001b]0;owned\u0007text', 'text'],
    ['a link that ends with ST', '\u001b]8;;http://x\u001b\\text', 'text'],
    ['a sequence that is cut off', 'text\u001b]0;never ends', 'text'],
    ['sequences of single C1 characters', '\u009b2Jtext\u009d0;x\u009c!', 'text!'],
    ['a bell', 'a\u0007b', 'a\\u{7}b'],
    ['a backspace that would hide something', 'rm -rf /\b\b', 'rm -rf /\\u{8}\\u{8}'],
    ['an order of characters turned round', 'a\u202eb', 'a\\u{202e}b'],
    ['carriage returns', 'a\r\nb\rc', 'a\nb\nc'],
  ])('loses %s', (_what, text, shown) => {
    expect(printable(text)).toBe(shown);
  });

  it('keeps tabs, new lines and every letter', () => {
    expect(printable('a\tb\nzażółć 漢字 🚢')).toBe('a\tb\nzażółć 漢字 🚢');
  });

  it('holds no control character afterwards, whatever it was, and is then left alone', () => {
    const unit = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('\u001b[', '\u001b]', '\u009b', '\u0007'),
    );
    fc.assert(
      fc.property(fc.array(unit), (pieces) => {
        const shown = printable(pieces.join(''));
        expect(shown).not.toMatch(/(?![\t\n])[\p{Cc}\p{Bidi_Control}]/u);
        expect(printable(shown)).toBe(shown);
      }),
    );
  });

  it('is shortened in the middle, which is said', () => {
    expect(shorten('short', 100)).toBe('short');
    const cut = shorten(`head${'x'.repeat(1_000)}tail`, 100);
    expect(cut.length).toBeLessThanOrEqual(100);
    expect(cut).toMatch(/^headx+ … \d+ characters left out … x+tail$/);
  });
});
