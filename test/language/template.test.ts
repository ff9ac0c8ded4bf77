import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readTemplate } from '../../language/template.ts';

describe('a template', () => {
  it('is text and plain paths, in order', () => {
    expect(readTemplate('a {{ b.c-d }}\n{{target.vars.data}}/pg')).toEqual({
      parts: [
        { text: 'a ' },
        { path: ['b', 'c-d'], at: 2 },
        { text: '\n' },
        { path: ['target', 'vars', 'data'], at: 14 },
        { text: '/pg' },
      ],
    });
  });

  it('knows where a path stands after any kind of line end', () => {
    expect(readTemplate('1\r\n2\r3\n{{x}}')).toEqual({
      parts: [{ text: '1\r\n2\r3\n' }, { path: ['x'], at: 7 }],
    });
  });

  it('takes an escaped opening as text, as Handlebars does', () => {
    expect(readTemplate('\\{{x}} {{y}} \\\\{{z}}')).toEqual({
      parts: [{ text: '{{x}} ' }, { path: ['y'], at: 7 }, { text: ' \\' }, { path: ['z'], at: 15 }],
    });
  });

  it.each([
    ['{{#if x}}{{/if}}', /blocks/],
    ['{{{x}}}', /plain path/],
    ['{{&x}}', /plain path/],
    ['{{~x}}', /plain path/],
    ['{{../x}}', /plain path/],
    ['{{./x}}', /plain path/],
    ['{{a/b}}', /plain path/],
    ['{{this}}', /plain path/],
    ['{{this.x}}', /plain path/],
    ['{{@root}}', /plain path/],
    ['{{[a b].c}}', /plain path/],
    ['{{é}}', /plain path/],
    ['{{x y}}', /helpers/],
    ['{{x.}}', /helpers/],
    ['{{> p}}', /partials/],
    ['{{#> p}}{{/p}}', /partials/],
    ['{{! c}}', /comments/],
    ['{{*d}}', /decorators/],
    ['{{"x"}}', /literal/],
    ['{{1}}', /literal/],
    ['{{null}}', /literal/],
    ['{{{{raw}}}}x{{{{/raw}}}}', /blocks/],
    ['{{x', /do not close/],
    ['{{x}}}', /do not close/],
    ['{{}}', /do not hold a path/],
    ['{{else}}', /do not hold a path/],
    ['{{a.this}}', /do not hold a path/],
  ])('refuses %s', (text, problem) => {
    const read = readTemplate(`one\ntwo ${text}`);
    expect(read).toEqual({ problem: expect.stringMatching(problem), at: 8 });
  });

  it('never loses or changes text that has no double brace', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme' }).filter((text) => text !== '' && !text.includes('{{')),
        (text) => {
          expect(readTemplate(text)).toEqual({ parts: [{ text }] });
        },
      ),
    );
  });

  it('keeps any text around a path', () => {
    const plain = fc.string({ unit: fc.constantFrom('a', '\n', '\r', '}', '"', ' ', '&', '<', '$', 'é') });
    fc.assert(
      fc.property(plain, plain, (before, after) => {
        const read = readTemplate(`${before}{{x.y}} ${after}`);
        const texts = 'parts' in read ? read.parts.map((part) => ('text' in part ? part.text : '|')) : [];
        expect(texts.join('')).toBe(`${before}| ${after}`);
      }),
    );
  });

  it('ends with parts or with a problem inside the text, whatever it is given', () => {
    const noise = fc.string({
      unit: fc.constantFrom('{', '}', '{{', '}}', 'a', '.', ' ', '\\', '#', '/', '!', '\n'),
    });
    fc.assert(
      fc.property(noise, (text) => {
        const read = readTemplate(text);
        const sound =
          'problem' in read
            ? read.at >= 0 && read.at < text.length
            : read.parts.every((part) => 'at' in part || part.text !== '');
        expect(sound).toBe(true);
      }),
    );
  });
});
