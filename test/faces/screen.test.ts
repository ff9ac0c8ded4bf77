import { describe, expect, it } from '@jest/globals';
import { screenOn } from '../../faces/cli/live/screen.ts';

/** What a terminal shows after all that was written to it: as much of one as a screen needs. */
function shownBy(written: string): string[] {
  const lines: string[] = [''];
  let row = 0;
  let column = 0;
  // oxlint-disable-next-line no-control-regex
  for (const [token] of written.matchAll(/\u001b\[(\??\d*)([A-Za-z])|\r|\n|[^\u001b\r\n]+/g)) {
    const [, count = '', letter] = /\[(\??\d*)([A-Za-z])/.exec(token) ?? [];
    if (token === '\r') column = 0;
    else if (token === '\n') lines[(row += 1)] ??= '';
    else if (letter === 'A') row -= Number(count || 1);
    else if (letter === 'K') lines[row] = lines[row]!.slice(0, column);
    else if (letter === 'J') lines.splice(row, lines.length, lines[row]!.slice(0, column));
    else if (letter === undefined) {
      lines[row] = lines[row]!.slice(0, column) + token + lines[row]!.slice(column + token.length);
      column += token.length;
    }
  }
  return lines.filter((line, index) => line !== '' || index < lines.length - 1);
}

describe('a screen', () => {
  const drawn = (...pictures: readonly string[][]) => {
    const written: string[] = [];
    const screen = screenOn((text) => written.push(text));
    for (const picture of pictures) screen.draw(picture);
    return { written, screen };
  };

  it('shows each picture in the place of the one before', () => {
    const pictures = [['a', 'b'], ['a', 'bb', 'c'], ['x'], ['', 'y']];
    for (let count = 1; count <= pictures.length; count += 1) {
      const shown = pictures.slice(0, count);
      expect(shownBy(drawn(...shown).written.join(''))).toEqual(shown.at(-1));
    }
  });

  it('writes only the lines that changed, as one synchronized update', () => {
    const { written } = drawn(['first', 'second', 'third'], ['first', 'SECOND', 'third']);
    expect(written[1]).toBe('\u001b[?2026h\u001b[3A\r\nSECOND\u001b[K\r\n\r\n\u001b[?2026l');
  });

  it('writes nothing while nothing changes', () => {
    expect(drawn(['same'], ['same'], ['same']).written).toHaveLength(1);
  });

  it('gives the cursor back', () => {
    const { written, screen } = drawn(['a']);
    screen.close();
    expect(written.at(-1)).toBe('\u001b[?25h');
  });
});
