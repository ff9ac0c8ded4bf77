const begin = '\u001b[?2026h';
const end = '\u001b[?2026l';
const hideCursor = '\u001b[?25l';
const showCursor = '\u001b[?25h';
const toLineEnd = '\u001b[K';
const toScreenEnd = '\u001b[J';
const clear = '\u001b[2J\u001b[H';

const up = (lines: number): string => (lines > 0 ? `\u001b[${lines}A` : '');

/** A picture at the foot of the terminal that is redrawn in place. */
export interface Screen {
  /** Shows these lines instead of the last ones; only what changed is written. */
  draw(lines: readonly string[]): void;
  /** Draws all again on a cleared window: after its size changed, what stands where is unknown. */
  reset(): void;
  /** Leaves the last picture standing and gives the cursor back. */
  close(): void;
}

/** A screen that writes to a terminal by DEC's synchronized updates, so that no half picture is seen. */
export function screenOn(write: (text: string) => void): Screen {
  let shown: readonly string[] = [];
  let fresh = true;
  return {
    draw(lines) {
      const changes = difference(shown, lines);
      if (!fresh && changes === '') return;
      write(begin + (fresh ? hideCursor : '') + changes + end);
      shown = [...lines];
      fresh = false;
    },
    reset() {
      write(clear);
      shown = [];
    },
    close() {
      if (!fresh) write(showCursor);
      fresh = true;
    },
  };
}

/** The cursor stands at the start of the line after the picture, before and after. */
function difference(before: readonly string[], after: readonly string[]): string {
  if (before.length === after.length && before.every((line, index) => line === after[index])) return '';
  const lines = after.map((line, index) => (line === before[index] ? '\r\n' : `${line}${toLineEnd}\r\n`));
  return up(before.length) + lines.join('') + (after.length < before.length ? toScreenEnd : '');
}
