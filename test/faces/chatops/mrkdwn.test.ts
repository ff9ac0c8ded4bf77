import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { data, fitting, plain } from '../../../faces/chatops/slack/mrkdwn.ts';

describe('text from data in a message', () => {
  it.each([
    ['<!channel> & <@UBOB>', '&lt;!channel&gt; &amp; &lt;@\u200bUBOB&gt;'],
    ['*APPROVED* _by_ ~all~', '*\u200bAPPROVED* _\u200bby_ ~\u200ball~'],
    ['`code`', "'code'"],
    [':white_check_mark: approved', ':\u200bwhite_check_mark: approved'],
    ['one\ntwo\r\nthree', 'one two three'],
    ['orders_db at 12:04', 'orders_db at 12:04'],
    ['@here', '@\u200bhere'],
    ['\u001b[31mred\u001b[0m\u202e', 'red\\u{202e}'],
  ])('%j is shown as it is', (text, shown) => {
    expect(data(text)).toBe(shown);
  });

  it('has no mention, link, emoji, code, second line or control character, whatever it is', () => {
    const nasty = fc.string({
      unit: fc.constantFrom(...'<>&*_~`:@!#| \n\r\u001b\u202eab1'.split('')),
      maxLength: 60,
    });
    fc.assert(
      fc.property(fc.oneof(nasty, fc.string({ unit: 'binary', maxLength: 400 })), (text) => {
        const shown = data(text);
        expect(shown.replaceAll(/&(?:amp|lt|gt);/g, '.')).not.toMatch(
          /[<>&`\n\r]|:[\w+'-]+:|@\w|\p{Cc}|\p{Bidi_Control}/u,
        );
        expect(shown).not.toMatch(/(^|[^\p{L}\p{N}\u200b])[*_~][^\s\u200b]/u);
        expect(plain(text, 75).length).toBeLessThanOrEqual(75);
      }),
      { numRuns: 3_000 },
    );
  });

  it('is as much as fits, and says how much is missing', () => {
    const lines = Array.from({ length: 50 }, (_, n) => `${n} ${'x'.repeat(98)}`);
    const text = fitting(lines, 1_000);
    expect(text.length).toBeLessThanOrEqual(1_000);
    expect(text).toMatch(/… and 38 more$/);
  });

  it('cuts the longest lines where they are too long together, and leaves the others', () => {
    const [short, long] = ['Decided by dba', `Rests on ${'y'.repeat(2_000)}`];
    const text = fitting([short, long, long, short], 1_000);
    expect(text.length).toBeLessThanOrEqual(1_000);
    expect(text.split('\n').map((line) => line.length > 400)).toEqual([false, true, true, false]);
    expect(text.split('\n').at(-1)).toBe(short);
  });

  it('is of bounded length as Slack counts it, and cut through no escape', () => {
    for (const sign of ['&', '<', '>', '@a ', '😀']) {
      const text = data(sign.repeat(900), 800);
      expect(text.length).toBeLessThanOrEqual(800);
      expect(text.replaceAll(/&(amp|lt|gt);/g, '')).not.toMatch(/[&<>]/);
      expect(() => encodeURIComponent(text)).not.toThrow();
    }
  });
});
