import { describe, expect, it } from '@jest/globals';
import { plainWords, readable } from '../../faces/cli/live/readable.ts';
import { displayWidth, wrap } from '../../faces/cli/live/width.ts';

describe('Markdown at a terminal', () => {
  it('is read without its marks, lists with their later lines under the first word', () => {
    const text = `# Tell everybody #

1. Open the **status page** at [status](https://status.example/edit#top) and write there that the notes are back.
2. *Then* tell __the office__:
   - the ones on the _first_ floor
   * and \`rm -rf *_tmp_*\` nothing

\`\`\`sh
psql  -c 'select  *'
\`\`\`
---
> Ask <https://help.example>`;
    expect(readable(text, 50).join('\n')).toBe(`Tell everybody
1. Open the status page at status
   (https://status.example/edit#top) and write
   there that the notes are back.
2. Then tell the office:
   - the ones on the first floor
   - and rm -rf *_tmp_* nothing
psql  -c 'select  *'
Ask https://help.example`);
  });

  it.each([
    '2 * 3 * 4',
    'rm *.log and *.tmp',
    'snake_case_name and other_name',
    '5*3 and 4*2',
    'a `code without end',
    'see #42',
    '[x] of [y]',
  ])('keeps what only looks like it: %s', (text) => expect(plainWords(text)).toBe(text));

  it('keeps a star that is escaped', () => expect(plainWords('\\*not\\* this')).toBe('*not* this'));
});

describe('text that is wrapped', () => {
  it('breaks between words, and loses nothing of a word that fits on no line', () => {
    const long = 'https://example.org/a/very/long/address?with=much&to=say';
    const lines = wrap(`see ${long} now`, 20);
    for (const line of lines) expect(displayWidth(line)).toBeLessThanOrEqual(20);
    expect(lines[0]).toBe('see');
    expect(lines.join('')).toBe(`see${long} now`);
  });
});
